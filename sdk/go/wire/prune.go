// Package wire drops items from OTLP bytes without decoding them.
package wire

import "errors"

// ErrMalformed is what bytes that are not protobuf answer.
var ErrMalformed = errors.New("malformed OTLP message")

// Prune removes items from a message, in place, and returns what is left and whether anything was removed. path holds
// the field numbers that lead to an item, for a span resource_spans 1, scope_spans 2, spans 2. A resource or scope
// that lost its last item goes too.
func Prune(message []byte, path []int, drop func(item []byte) (bool, error)) (kept []byte, changed bool, err error) {
	end, left, dropped := 0, 0, 0
	for at := 0; at < len(message); {
		field, err := next(message, at)
		if err != nil {
			return nil, false, err
		}
		if field.number != path[0] || field.wireType != bytesType {
			end += copy(message[end:], message[at:field.end])
			at = field.end
			continue
		}
		content := message[field.start:field.end]
		gone, shrunk := false, false
		if len(path) == 1 {
			gone, err = drop(content)
		} else {
			content, shrunk, err = Prune(content, path[1:], drop)
			gone = shrunk && len(content) == 0
		}
		switch {
		case err != nil:
			return nil, false, err
		case gone:
			dropped++
		case shrunk:
			left++
			changed = true
			// The new header is never longer than the old one, so content moves left or stays.
			end += copy(message[end:], message[at:field.length])
			header := putLength(message[end:], len(content))
			end += header + copy(message[end+header:], content)
		default:
			left++
			end += copy(message[end:], message[at:field.end])
		}
		at = field.end
	}
	if left == 0 && dropped > 0 {
		return nil, true, nil
	}
	return message[:end], changed || dropped > 0, nil
}
