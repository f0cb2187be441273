# Keeps a copy of the record in a folder: now.rds with a list of objects by id, and the cursor
# with which to go on. Needs the packages httr2 and jsonlite.
#
#   Rscript copy.R https://upr.example.org folder
library(httr2)

args <- commandArgs(trailingOnly = TRUE)
server <- sub("/$", "", args[1])
folder <- args[2]
dir.create(folder, recursive = TRUE, showWarnings = FALSE)

ask <- function(path, ...) {
  request(paste0(server, path)) |>
    req_url_query(...) |>
    req_retry(max_tries = 5) |>
    req_error(is_error = function(answer) resp_status(answer) >= 400 && resp_status(answer) != 410) |>
    req_perform()
}

begin <- function() {
  answer <- ask("/export/record.ndjson")
  lines <- strsplit(resp_body_string(answer), "\n", fixed = TRUE)[[1]]
  if (length(lines) != as.integer(resp_header(answer, "X-Total-Count"))) stop("the line broke: run it again")
  lines <- lapply(lines, jsonlite::fromJSON, simplifyVector = FALSE)
  things <- lapply(lines, `[[`, "object")
  names(things) <- vapply(lines, `[[`, "", "id")
  list(things = things, cursor = resp_header(answer, "X-Record-Version"))
}

file <- file.path(folder, "now.rds")
copy <- if (file.exists(file)) readRDS(file) else begin()
repeat {
  answer <- ask("/changes", first = 10000, since = copy$cursor)
  if (resp_status(answer) == 410) { # the server's record was restored
    copy <- begin()
    next
  }
  page <- resp_body_json(answer)
  for (change in page$changes) copy$things[[change$id]] <- if (change$deleted) NULL else change$object
  copy$cursor <- page$cursor
  if (!page$more) break
}
saveRDS(copy, paste0(file, ".new"))
invisible(file.rename(paste0(file, ".new"), file))
