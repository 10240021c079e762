package wire

const bytesType = 2

// field of a message: its value lies in [start, end), the length that precedes it at length.
type field struct {
	number, wireType   int
	length, start, end int
}

func next(message []byte, at int) (field, error) {
	tag, at, err := varint(message, at)
	if err != nil {
		return field{}, err
	}
	f := field{number: int(tag >> 3), wireType: int(tag & 7), length: at, start: at}
	switch f.wireType {
	case 0:
		_, f.end, err = varint(message, at)
	case 1:
		f.end = at + 8
	case 5:
		f.end = at + 4
	case bytesType:
		var size uint64
		size, f.start, err = varint(message, at)
		if size > uint64(len(message)) {
			err = ErrMalformed
		}
		f.end = f.start + int(size)
	default:
		err = ErrMalformed
	}
	if err == nil && (f.end > len(message) || f.number == 0) {
		err = ErrMalformed
	}
	return f, err
}

func varint(message []byte, at int) (value uint64, end int, err error) {
	if at < len(message) && message[at] < 0x80 {
		return uint64(message[at]), at + 1, nil // nearly all tags and lengths
	}
	for shift := 0; at < len(message) && shift < 64; shift += 7 {
		b := message[at]
		at++
		value |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return value, at, nil
		}
	}
	return 0, at, ErrMalformed
}

func putLength(target []byte, size int) int {
	at := 0
	for ; size >= 0x80; size >>= 7 {
		target[at] = byte(size) | 0x80
		at++
	}
	target[at] = byte(size)
	return at + 1
}
