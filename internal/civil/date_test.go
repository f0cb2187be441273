package civil

import (
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	for text, ok := range map[string]bool{"2008-04-07": true, "2008-02-30": false, "": false, "7 April 2008": false, "2008-4-7": false, "0000-01-01": false, "0001-01-01": true} {
		if d, err := Parse(text); (err == nil) != ok || ok && string(d) != text {
			t.Errorf("%q: %q, %v", text, d, err)
		}
	}
}

func TestScanReadsBothDatabases(t *testing.T) {
	for _, src := range []any{"2008-04-07", []byte("2008-04-07"), time.Date(2008, 4, 7, 0, 0, 0, 0, time.UTC)} {
		var d Date
		if err := d.Scan(src); err != nil || d != "2008-04-07" {
			t.Errorf("%T: %q, %v", src, d, err)
		}
	}
	d := Date("2008-04-07")
	if err := d.Scan(nil); err != nil || d.Known() {
		t.Errorf("NULL: %q, %v", d, err)
	}
	if err := d.Scan(7); err == nil {
		t.Error("a number was taken for a date")
	}
}
