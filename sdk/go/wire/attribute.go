package wire

// HasAttribute tells whether an item carries an attribute with that string value. field is the item's attributes field:
// 9 for a span, 6 for a log record.
func HasAttribute(item []byte, attributes int, key, value string) (bool, error) {
	return some(item, attributes, func(pair []byte) (bool, error) {
		if named, err := has(pair, 1, key); !named {
			return false, err
		}
		return some(pair, 2, func(anyValue []byte) (bool, error) { return has(anyValue, 1, value) })
	})
}

func has(message []byte, number int, text string) (bool, error) {
	return some(message, number, func(content []byte) (bool, error) { return string(content) == text, nil })
}

// some tells whether test holds for one of the length-delimited fields with that number.
func some(message []byte, number int, test func(content []byte) (bool, error)) (bool, error) {
	for at := 0; at < len(message); {
		f, err := next(message, at)
		if err != nil {
			return false, err
		}
		if f.number == number && f.wireType == bytesType {
			if found, err := test(message[f.start:f.end]); found || err != nil {
				return found, err
			}
		}
		at = f.end
	}
	return false, nil
}
