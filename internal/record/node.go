package record

import (
	"strconv"
	"strings"

	"github.com/upr-info/upr/internal/fault"
)

// Node is anything that has an id of its own.
type Node interface {
	IsNode()
	ID() string
}

// Kinds of ids. An id is "<kind>_<rest>"; the rest is a natural code where one is
// kept for ever, and random where there is none.
const (
	kindState          = "sta"
	kindGroup          = "grp"
	kindSession        = "ses"
	kindReview         = "rev"
	kindRecommendation = "rec"
	kindPledge         = "plg"
	kindVocabulary     = "voc"
	kindIssue          = "iss"
	kindAction         = "act"
	kindCodingRule     = "acr"
	kindGoal           = "sdg"
	kindTarget         = "tgt"
	kindIndicator      = "ind"
	kindAffectedGroup  = "aff"
	kindOrganisation   = "org"
	kindProgramme      = "prg"
	kindMeeting        = "mtg"
	kindSpeaker        = "spk"
	kindStatement      = "pst" // of a meeting
	kindAsk            = "mak" // of a meeting
)

// maxNodes is how many nodes one question may name.
const maxNodes = 500

func idOf(kind, code string) string { return kind + "_" + code }

// Node returns what has an id, nil where nothing has.
func (s *Snapshot) Node(id string) Node {
	kind, code, _ := strings.Cut(id, "_")
	switch kind {
	case kindState:
		return node(s.State(code))
	case kindGroup:
		return node(find(s.byCode.groups, code, s.group))
	case kindSession:
		return node(find(s.byCode.sessions, canonicalNumber(code), s.session))
	case kindReview:
		state, cycle, _ := strings.Cut(code, "_")
		return node(s.Review(state, canonicalNumber(cycle)))
	case kindIssue:
		return node(find(s.byCode.issues, code, s.issue))
	case kindGoal:
		if n := canonicalNumber(code); n >= 1 && n <= len(s.goals) {
			return s.goal(n - 1)
		}
	case kindTarget:
		return node(s.SDGTarget(code))
	case kindIndicator:
		return node(find(s.byCode.indicators, code, s.indicator))
	case kindAffectedGroup:
		return node(find(s.byCode.affected, code, s.affectedGroup))
	case kindRecommendation:
		return published(s.recommendations, id, s.recommendation)
	case kindPledge:
		return published(s.pledges, id, s.pledge)
	case kindOrganisation:
		return findUID(all(len(s.organisations), s.organisation), id)
	case kindProgramme:
		return findUID(s.Programmes(), id)
	case kindMeeting:
		return findUID(s.Meetings(nil), id)
	case kindSpeaker:
		return findUID(s.Speakers(), id)
	case kindStatement:
		return findUID(s.MeetingStatements(), id)
	case kindAsk:
		return findUID(s.MeetingAsks(), id)
	}
	return nil
}

// Nodes returns what has these ids, in their order, nil for ids of nothing.
func (s *Snapshot) Nodes(ids []string) ([]Node, error) {
	if len(ids) > maxNodes {
		return nil, fault.LimitExceeded("%d ids asked for, %d at most in one list", len(ids), maxNodes)
	}
	nodes := make([]Node, len(ids))
	for i, id := range ids {
		nodes[i] = s.Node(id)
	}
	return nodes, nil
}

// node keeps a missing handle from becoming an interface that holds a nil pointer.
func node[T Node](handle *T) Node {
	if handle == nil {
		return nil
	}
	return *handle
}

// published returns the statement with an id.
func published[T Node](c *corpus, id string, handle func(int) T) Node {
	if p, found := c.find(id); found {
		return handle(p)
	}
	return nil
}

func findUID[T Node](handles []T, id string) Node {
	for _, h := range handles {
		if h.ID() == id {
			return h
		}
	}
	return nil
}

// canonicalNumber reads a number written as we write it, so that one thing has one
// id: "07" and "+7" are no numbers of ours, and -1 is the number of nothing.
func canonicalNumber(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || strconv.Itoa(n) != text {
		return -1
	}
	return n
}
