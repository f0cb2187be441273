import type { UserError } from './error.ts';
import type { Language } from './language.ts';

/**
 * What the server refuses, by code and field, with the document before them where it is said of that one
 * alone. The server's own sentences are English, and say more: they stand where nothing stands here.
 */
export const refusals: Record<Language, Record<string, string>> = {
  en: {
    UNAUTHENTICATED: 'Your session has ended. What you wrote is still here: sign in again, then press the button once more.',
    'CONFLICT revision': 'This was changed meanwhile, perhaps in another window. Copy what you wrote, and load the page again.',
    // It does not say of whom, which may be somebody of another registration.
    'new-calendar-link CONFLICT': 'There is no calendar for this registration: write the time down where it is safe.',
  },
  fr: {
    UNAUTHENTICATED: 'Votre session a pris fin. Ce que vous avez écrit est encore là : connectez-vous à nouveau, puis appuyez encore une fois sur le bouton.',
    FORBIDDEN: 'Vous n’en avez pas le droit.',
    NOT_FOUND: 'Cela n’existe plus, ou n’est pas à vous. Rechargez la page.',
    CONFLICT: 'Ce n’est pas possible, ou plus possible. Rechargez la page pour voir ce qui a changé.',
    UNAVAILABLE: 'Ce n’est pas possible pour le moment. Ce que vous avez écrit est encore là : réessayez dans un instant.',
    LIMIT_EXCEEDED: 'C’était trop à la fois. Attendez quelques minutes, puis réessayez.',
    INTERNAL: 'Quelque chose n’a pas fonctionné chez nous. Ce que vous avez écrit est encore là : réessayez.',
    'CONFLICT revision': 'Cela a changé entre-temps, peut-être dans une autre fenêtre. Copiez ce que vous avez écrit, et rechargez la page.',
    // Signing in, and beginning
    'INVALID email': 'Ce n’est pas une adresse e-mail.',
    'INVALID name': 'Écrivez un nom, sur une ligne de 200 caractères au plus.',
    'INVALID accessCode': 'Ce code n’est pas valable, ou plus valable.',
    'CONFLICT preSession': 'Cette pré-session ne prend pas d’inscriptions : son appel n’est pas ouvert.',
    // Answers
    'INVALID organisation': 'Écrivez le nom de l’organisation, sur une ligne de 300 caractères au plus.',
    'INVALID organisationKind': 'Choisissez le type d’organisation.',
    'INVALID national': 'Dites où elle travaille.',
    'INVALID aims': 'Dites-le, en 200 mots au plus.',
    'INVALID founded': 'Écrivez une année qui est passée.',
    'INVALID issues': 'Choisissez 20 thèmes au plus.',
    'INVALID submission': 'Joignez le document, donnez un lien, ou dites qu’il suivra. Un document refusé ne compte pas.',
    'INVALID submissionLink': 'Donnez l’adresse du document, comme https://example.org/contribution.pdf, de 2000 caractères au plus.',
    'permit-submission INVALID file': 'Ce fichier n’est pas accepté : il faut un PDF, DOCX, ODT ou texte entier et pas vide, dont le nom dit ce qu’il est.',
    'permit-submission CONFLICT': 'Le document ne peut plus être remis. Retirer l’inscription reste possible.',
    'INVALID consent': 'Sans cet accord, l’inscription ne peut pas être envoyée.',
    'save-application INVALID': 'Il manquerait une réponse nécessaire : complétez-la, ou retirez l’inscription.',
    'save-application CONFLICT': 'Les réponses ne peuvent plus être modifiées. Retirer l’inscription reste possible.',
    'submit-application CONFLICT': 'L’inscription ne peut plus être envoyée : le délai est passé.',
    'confirm-offer CONFLICT stateUnderReview': 'Une délégation de l’État examiné s’est inscrite, ou retirée, entre-temps : rechargez la page, et confirmez ensuite.',
    'request-letter CONFLICT': 'Une lettre n’est écrite que pour une place confirmée, avant la pré-session.',
    'new-calendar-link CONFLICT': 'Il n’y a pas de calendrier pour cette inscription : notez le moment en lieu sûr.',
    'confirm-offer CONFLICT': 'La place ne peut plus être confirmée : le délai est passé, ou la pré-session n’a pas lieu.',
    'confirm-offer INVALID participants': 'Dites d’abord qui parle, ou ajoutez une personne protégée sans nom.',
    'INVALID reason': 'Dites comment l’organisation l’a demandé, en 4000 caractères au plus.',
    'INVALID availability': 'Dites-le en 4000 caractères au plus.',
    'save-availability CONFLICT': 'Cela ne peut plus être modifié : écrivez à UPR Info.',
    'invite-owner CONFLICT email': 'Cette personne est déjà titulaire de l’inscription.',
    'remove-owner CONFLICT': 'C’est la dernière personne titulaire : il en faut d’abord une autre.',
    'agree-to-merge INVALID reference': 'Donnez la référence entière de l’autre inscription, comme UPR-QUOKKA27, et non la vôtre.',
    'agree-to-merge CONFLICT': 'L’inscription ne peut plus être réunie avec une autre.',
    'confirm-offer INVALID consents': 'Regardez ce que le public saura de chaque personne, et dites que c’est juste.',
    // Speakers
    'INVALID identity.name': 'Écrivez un nom, sur une ligne de 200 caractères au plus.',
    'INVALID identity.position': 'Écrivez la fonction sur une ligne de 200 caractères au plus.',
    'INVALID identity.email': 'Ce n’est pas une adresse e-mail.',
    'INVALID identity.phone': 'Écrivez le numéro sur une ligne de 200 caractères au plus.',
    'INVALID pseudonym': 'Écrivez le pseudonyme sur une ligne de 100 caractères au plus.',
    'save-participant CONFLICT': 'Les personnes qui parlent sont quatre au plus, et ne peuvent être modifiées que tant que l’inscription le permet.',
    // Statements and asks
    'INVALID title': 'Écrivez le titre sur une ligne de 200 caractères au plus.',
    'INVALID file': 'Ce fichier n’est pas accepté : il faut un PDF, DOCX, ODT, texte, MP4 ou WEBM entier et pas vide, dont le nom dit ce qu’il est.',
    'begin-statement CONFLICT': 'Les déclarations ne sont plus prises trois jours avant la pré-session : écrivez à UPR Info.',
    'permit-statement CONFLICT': 'Cette déclaration ne peut plus être modifiée, ou n’est plus prise trois jours avant la pré-session : écrivez à UPR Info.',
    'INVALID comment': 'Dites ce qui est à changer, en 4000 caractères au plus.',
    // Delegates
    'register-delegate INVALID email': 'Il faut une adresse e-mail dans le domaine de votre invitation.',
    'INVALID position': 'Écrivez la fonction sur une ligne de 200 caractères au plus.',
    'register-delegate CONFLICT': 'L’inscription à cette pré-session est close. Dire que quelqu’un ne vient pas est toujours possible.',
  },
  es: {
    UNAUTHENTICATED: 'Su sesión ha terminado. Lo que ha escrito sigue aquí: inicie sesión de nuevo y pulse otra vez el botón.',
    FORBIDDEN: 'No tiene permiso para esto.',
    NOT_FOUND: 'Ya no existe, o no es suyo. Vuelva a cargar la página.',
    CONFLICT: 'No es posible, o ya no lo es. Vuelva a cargar la página para ver qué ha cambiado.',
    UNAVAILABLE: 'No es posible por el momento. Lo que ha escrito sigue aquí: inténtelo de nuevo dentro de un instante.',
    LIMIT_EXCEEDED: 'Fue demasiado a la vez. Espere unos minutos e inténtelo de nuevo.',
    INTERNAL: 'Algo ha fallado por nuestra parte. Lo que ha escrito sigue aquí: inténtelo de nuevo.',
    'CONFLICT revision': 'Esto ha cambiado entretanto, quizá en otra ventana. Copie lo que ha escrito y vuelva a cargar la página.',
    // Signing in, and beginning
    'INVALID email': 'No es una dirección de correo electrónico.',
    'INVALID name': 'Escriba un nombre, en una línea de 200 caracteres como máximo.',
    'INVALID accessCode': 'Este código no es válido, o ya no lo es.',
    'CONFLICT preSession': 'Esta pre-sesión no acepta inscripciones: su convocatoria no está abierta.',
    // Answers
    'INVALID organisation': 'Escriba el nombre de la organización, en una línea de 300 caracteres como máximo.',
    'INVALID organisationKind': 'Elija el tipo de organización.',
    'INVALID national': 'Diga dónde trabaja.',
    'INVALID aims': 'Dígalo, en 200 palabras como máximo.',
    'INVALID founded': 'Escriba un año que ya haya pasado.',
    'INVALID issues': 'Elija 20 temas como máximo.',
    'INVALID submission': 'Adjunte el documento, dé un enlace, o diga que se entregará. Un documento rechazado no cuenta.',
    'INVALID submissionLink': 'Dé la dirección del documento, como https://example.org/contribucion.pdf, de 2000 caracteres como máximo.',
    'permit-submission INVALID file': 'Este archivo no se acepta: tiene que ser un PDF, DOCX, ODT o texto entero y no vacío, con un nombre que diga lo que es.',
    'permit-submission CONFLICT': 'El documento ya no se puede entregar. Retirar la inscripción sigue siendo posible.',
    'INVALID consent': 'Sin este permiso, la inscripción no se puede enviar.',
    'save-application INVALID': 'Faltaría una respuesta necesaria: complétela, o retire la inscripción.',
    'save-application CONFLICT': 'Las respuestas ya no se pueden cambiar. Retirar la inscripción sigue siendo posible.',
    'submit-application CONFLICT': 'La inscripción ya no se puede enviar: el plazo ha terminado.',
    'confirm-offer CONFLICT stateUnderReview': 'Una delegación del Estado examinado se ha inscrito, o retirado, entretanto: vuelva a cargar la página y confirme después.',
    'request-letter CONFLICT': 'Solo se escribe una carta para un lugar confirmado, antes de la pre-sesión.',
    'new-calendar-link CONFLICT': 'No hay calendario para esta inscripción: anote la hora en un lugar seguro.',
    'confirm-offer CONFLICT': 'El lugar ya no se puede confirmar: el plazo ha terminado, o la pre-sesión no se celebra.',
    'confirm-offer INVALID participants': 'Diga antes quién habla, o añada a una persona protegida sin nombre.',
    'INVALID reason': 'Diga cómo lo pidió la organización, en 4000 caracteres como máximo.',
    'INVALID availability': 'Dígalo en 4000 caracteres como máximo.',
    'save-availability CONFLICT': 'Ya no se puede cambiar: escriba a UPR Info.',
    'invite-owner CONFLICT email': 'Esta persona ya es titular de la inscripción.',
    'remove-owner CONFLICT': 'Es la última persona titular: antes tiene que haber otra.',
    'agree-to-merge INVALID reference': 'Dé la referencia completa de la otra inscripción, como UPR-QUOKKA27, no la suya.',
    'agree-to-merge CONFLICT': 'La inscripción ya no se puede unir con otra.',
    'confirm-offer INVALID consents': 'Mire lo que el público sabrá de cada persona y diga que es correcto.',
    // Speakers
    'INVALID identity.name': 'Escriba un nombre, en una línea de 200 caracteres como máximo.',
    'INVALID identity.position': 'Escriba el cargo en una línea de 200 caracteres como máximo.',
    'INVALID identity.email': 'No es una dirección de correo electrónico.',
    'INVALID identity.phone': 'Escriba el número en una línea de 200 caracteres como máximo.',
    'INVALID pseudonym': 'Escriba el seudónimo en una línea de 100 caracteres como máximo.',
    'save-participant CONFLICT': 'Las personas que hablan son cuatro como máximo, y solo se pueden cambiar mientras la inscripción lo permite.',
    // Statements and asks
    'INVALID title': 'Escriba el título en una línea de 200 caracteres como máximo.',
    'INVALID file': 'Este archivo no se acepta: tiene que ser un PDF, DOCX, ODT, texto, MP4 o WEBM entero y no vacío, con un nombre que diga lo que es.',
    'begin-statement CONFLICT': 'Desde tres días antes de la pre-sesión no se aceptan declaraciones: escriba a UPR Info.',
    'permit-statement CONFLICT': 'Esta declaración ya no se puede cambiar, o no se acepta desde tres días antes de la pre-sesión: escriba a UPR Info.',
    'INVALID comment': 'Diga qué hay que cambiar, en 4000 caracteres como máximo.',
    // Delegates
    'register-delegate INVALID email': 'Tiene que ser una dirección de correo electrónico del dominio de su invitación.',
    'INVALID position': 'Escriba el cargo en una línea de 200 caracteres como máximo.',
    'register-delegate CONFLICT': 'La inscripción en esta pre-sesión está cerrada. Decir que alguien no viene siempre es posible.',
  },
};

/** What is told of an error, and whether in the server's English. */
export function refusalIn(language: Language, { code, field, message, document }: UserError): { text: string; servers: boolean } {
  const keys = [`${document} ${code} ${field}`, `${code} ${field}`, code].map((key) => key.trim());
  const text = keys.map((key) => refusals[language][key]).find(Boolean);
  return { text: text ?? message, servers: !text && code !== '' };
}

/** Why a file was refused some time after it came, by what the server calls it. */
export const fileRefusals = {
  fr: {
    DAMAGED: 'Il est endommagé et ne peut pas être lu. Enregistrez-le à nouveau, ou imprimez-le dans un fichier PDF.',
    NOT_ITS_KIND: 'Il est autre chose que ce que dit son nom, ou deux choses à la fois. Enregistrez-le à nouveau en PDF, DOCX, ODT ou texte simple.',
    NO_TEXT: 'Il n’a pas de texte qui puisse être lu. Enregistrez-le à nouveau ; un texte simple, en UTF-8.',
    PROTECTED: 'Il est protégé par un mot de passe ou par des autorisations. Enregistrez-le sans cela.',
    ACTIVE: 'Il contient des macros, des scripts ou des fichiers joints. Enregistrez-le sans cela, par exemple en l’imprimant dans un fichier PDF.',
    EMBEDDED: 'Il contient des graphiques, des formules ou d’autres fichiers. Insérez-les comme images, ou envoyez un fichier PDF.',
    FORM: 'Il contient un formulaire, dont les réponses seraient perdues. Imprimez-le dans un fichier PDF.',
    HIDDEN: 'Il contient des mots qu’on ne voit pas en le lisant, sur un calque masqué ou hors de ce qui est montré d’une page. Montrez-les ou supprimez-les, puis enregistrez-le à nouveau.',
    CROPPED: 'Il contient une image rognée, avec tout ce qui en a été rogné. Rognez l’image avant de l’insérer ; dans Word, utilisez « Compresser les images » en supprimant les zones rognées.',
    PICTURE: 'Il contient une image qui ne peut pas être reprise. Insérez-la à nouveau en PNG ou JPEG, et non comme lien vers un autre fichier, ou envoyez un fichier PDF.',
    TOO_MUCH: 'Son contenu est trop grand ou trop compliqué. Enregistrez-le sous une forme plus simple, par exemple en l’imprimant dans un fichier PDF.',
    VIRUS: 'Un virus y a été trouvé. Faites examiner l’ordinateur sur lequel il a été créé.',
  },
  es: {
    DAMAGED: 'Está dañado y no se puede leer. Guárdelo de nuevo, o imprímalo en un archivo PDF.',
    NOT_ITS_KIND: 'Es otra cosa que lo que dice su nombre, o dos cosas a la vez. Guárdelo de nuevo como PDF, DOCX, ODT o texto simple.',
    NO_TEXT: 'No tiene texto que se pueda leer. Guárdelo de nuevo; un texto simple, en UTF-8.',
    PROTECTED: 'Está protegido por una contraseña o por permisos. Guárdelo sin ellos.',
    ACTIVE: 'Tiene macros, scripts o archivos adjuntos. Guárdelo sin ellos, por ejemplo imprimiéndolo en un archivo PDF.',
    EMBEDDED: 'Tiene gráficos, fórmulas u otros archivos incrustados. Insértelos como imágenes, o envíe un archivo PDF.',
    FORM: 'Tiene un formulario cuyas respuestas se perderían. Imprímalo en un archivo PDF.',
    HIDDEN: 'Tiene palabras que no se ven al leerlo, en una capa oculta o fuera de lo que se muestra de una página. Muéstrelas o elimínelas, y guárdelo de nuevo.',
    CROPPED: 'Tiene una imagen recortada, con todo lo que se recortó todavía dentro. Recorte la imagen antes de insertarla; en Word, use «Comprimir imágenes» eliminando las áreas recortadas.',
    PICTURE: 'Tiene una imagen que no se puede conservar. Insértela de nuevo como PNG o JPEG, no como enlace a otro archivo, o envíe un archivo PDF.',
    TOO_MUCH: 'Su contenido es demasiado grande o complicado. Guárdelo de forma más sencilla, por ejemplo imprimiéndolo en un archivo PDF.',
    VIRUS: 'Se encontró un virus en él. Haga revisar el equipo en el que se creó.',
  },
};

export type FileRefusal = keyof (typeof fileRefusals)['fr'];

/** What is told of a file that was refused, and whether in the server's English. */
export function fileRefusalIn(language: Language, refusal: FileRefusal | null, reason: string): { text: string; servers: boolean } {
  const text = language === 'en' || !refusal ? undefined : (fileRefusals[language][refusal] as string | undefined);
  return { text: text ?? reason, servers: !text };
}
