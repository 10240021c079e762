package otlp

import (
	"bytes"

	"otelwasm.example/collector/wasmplugin"
)

// Kept says which resources, scopes and items of a payload are left, in the order of a walk over it: an entry for each
// resource; behind one that is left an entry for each of its scopes; behind one of those an entry for each of its items
// (of metrics: each metric).
type Kept []bool

// Difference finds that a guest has only left things out: what of the payload is left in the result, byte for byte. Then
// the result need not be decoded, which takes several times as long as encoding it. If ok is false, the guest did more.
func Difference(signal wasmplugin.Signal, payload, result []byte) (kept Kept, ok bool) {
	top := levels[signal]
	d := difference{items: top.next.next, kept: make(Kept, 0, len(payload)/256+8)}
	if !d.messages(top, payload, result) {
		return nil, false
	}
	return d.kept, true
}

type difference struct {
	// items is the last level of which things may be missing.
	items *level
	kept  Kept
}

// messages walks what leads to items at this level: each that is left must be one of those of the payload, in order, with
// the same bytes around its items.
func (d *difference) messages(l *level, payload, result []byte) bool {
	var f, wanted field
	for len(result) > 0 {
		var err error
		if wanted, result, err = l.nextField(result); err != nil {
			return false
		}
		if !wanted.isItems {
			continue
		}
		for found := false; !found; {
			if f, payload, found = nextItem(l, payload); !found {
				return false
			}
			found = d.isLeft(l, f, wanted)
		}
	}
	for {
		_, rest, found := nextItem(l, payload)
		if !found {
			return true
		}
		payload = rest
		d.kept = append(d.kept, false)
	}
}

// isLeft notes whether the message of the payload is the one in the result, with what is left in it.
func (d *difference) isLeft(l *level, f, wanted field) bool {
	at := len(d.kept)
	d.kept = append(d.kept, true)
	if l == d.items {
		d.kept[at] = bytes.Equal(f.all, wanted.all)
	} else {
		d.kept[at] = sameAround(l.next, f.content, wanted.content) && d.messages(l.next, f.content, wanted.content)
	}
	if !d.kept[at] {
		d.kept = d.kept[:at+1]
	}
	return d.kept[at]
}

// nextItem of a message's fields that lead to items.
func nextItem(l *level, message []byte) (f field, rest []byte, found bool) {
	for len(message) > 0 {
		var err error
		if f, message, err = l.nextField(message); err != nil {
			return field{}, nil, false
		}
		if f.isItems {
			return f, message, true
		}
	}
	return field{}, nil, false
}

// sameAround is whether both messages are the same but for what leads to items.
func sameAround(l *level, one, other []byte) bool {
	a, oneMore := nextAround(l, &one)
	b, otherMore := nextAround(l, &other)
	for oneMore && otherMore {
		if !bytes.Equal(a, b) {
			return false
		}
		a, oneMore = nextAround(l, &one)
		b, otherMore = nextAround(l, &other)
	}
	return oneMore == otherMore
}

func nextAround(l *level, message *[]byte) ([]byte, bool) {
	for len(*message) > 0 {
		f, rest, err := l.nextField(*message)
		if err != nil {
			*message = nil
			return nil, true
		}
		*message = rest
		if !f.isItems {
			return f.all, true
		}
	}
	return nil, false
}
