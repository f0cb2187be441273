package strip

import (
	"os"
	"testing"
)

// Lower is how many times lower the limits of bytes are in tests: to pack and unpack what is beyond
// the real ones takes minutes under the race detector.
const Lower = 16

func TestMain(m *testing.M) {
	maxPDFUnpacked, maxPDFContent, maxPDFWritten = maxPDFUnpacked/Lower, maxPDFContent/Lower, maxPDFWritten/Lower
	maxUnpacked, maxXML = maxUnpacked/Lower, maxXML/Lower
	os.Exit(m.Run())
}
