//! Reading and writing OTLP bytes in place, without decoding messages.

pub const VARINT: u32 = 0;
pub const FIXED64: u32 = 1;
pub const BYTES: u32 = 2;
pub const FIXED32: u32 = 5;

/// A field of a message: its tag is `head..length`, what it holds `value..end`.
pub struct Field {
    pub number: u32,
    pub wire_type: u32,
    pub head: usize,
    pub length: usize,
    pub value: usize,
    pub end: usize,
}

fn malformed() -> String {
    "malformed OTLP message".to_string()
}

#[inline]
fn read_varint(message: &[u8], at: usize) -> Result<(u64, usize), String> {
    match message.get(at) {
        Some(&byte) if byte < 0x80 => Ok((byte.into(), at + 1)), // nearly all tags and lengths
        _ => read_long_varint(message, at),
    }
}

fn read_long_varint(message: &[u8], mut at: usize) -> Result<(u64, usize), String> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *message.get(at).ok_or_else(malformed)?;
        at += 1;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok((value, at));
        }
    }
    Err(malformed())
}

/// Writes a varint and returns where it ends.
pub fn write_varint(target: &mut [u8], mut at: usize, mut value: usize) -> usize {
    while value >= 0x80 {
        target[at] = value as u8 | 0x80;
        value >>= 7;
        at += 1;
    }
    target[at] = value as u8;
    at + 1
}

pub fn read_field(message: &[u8], head: usize) -> Result<Field, String> {
    let (tag, length) = read_varint(message, head)?;
    let (number, wire_type) = ((tag >> 3) as u32, (tag & 7) as u32);
    let (size, value) = match wire_type {
        VARINT => ((read_varint(message, length)?.1 - length) as u64, length),
        FIXED64 => (8, length),
        FIXED32 => (4, length),
        BYTES => read_varint(message, length)?,
        _ => return Err(malformed()),
    };
    if number == 0 || size > (message.len() - value) as u64 {
        return Err(malformed());
    }
    Ok(Field { number, wire_type, head, length, value, end: value + size as usize })
}

/// Whether `test` holds for one of the length-delimited fields with that number.
pub fn any(
    message: &[u8],
    number: u32,
    mut test: impl FnMut(&[u8]) -> Result<bool, String>,
) -> Result<bool, String> {
    let mut at = 0;
    while at < message.len() {
        let field = read_field(message, at)?;
        if field.number == number && field.wire_type == BYTES && test(&message[field.value..field.end])? {
            return Ok(true);
        }
        at = field.end;
    }
    Ok(false)
}

/// Removes items from a message where it stands and returns the size of what is left, and whether anything was
/// removed. `path` holds the field numbers that lead to an item. What lost its last item goes too.
pub fn prune(
    message: &mut [u8],
    path: &[u32],
    drop: &dyn Fn(&[u8]) -> Result<bool, String>,
) -> Result<(usize, bool), String> {
    let (mut at, mut out, mut left, mut dropped, mut changed) = (0, 0, 0, 0, false);
    while at < message.len() {
        let field = read_field(message, at)?;
        at = field.end;
        if field.number != path[0] || field.wire_type != BYTES {
            out = keep(message, out, field.head, field.end);
            continue;
        }
        let content = &mut message[field.value..field.end];
        let (size, shrunk, gone) = match path.len() {
            1 => (content.len(), false, drop(content)?),
            _ => {
                let (size, shrunk) = prune(content, &path[1..], drop)?;
                (size, shrunk, shrunk && size == 0)
            }
        };
        if gone {
            dropped += 1;
            continue;
        }
        left += 1;
        if shrunk {
            // A new length is never longer than the old one, so what is kept moves towards the start.
            changed = true;
            out = keep(message, out, field.head, field.length);
            out = write_varint(message, out, size);
            out = keep(message, out, field.value, field.value + size);
        } else {
            out = keep(message, out, field.head, field.end);
        }
    }
    Ok((if dropped > 0 && left == 0 { 0 } else { out }, changed || dropped > 0))
}

fn keep(message: &mut [u8], out: usize, from: usize, to: usize) -> usize {
    if out != from {
        message.copy_within(from..to, out);
    }
    out + to - from
}

#[cfg(test)]
mod tests {
    use super::{any, prune};

    // Two groups (1), the first with items (2) "ab" and "c", the second with "ab"; the first tag takes two bytes.
    const BATCH: [u8; 16] = [0x8a, 0, 7, 0x12, 2, b'a', b'b', 0x12, 1, b'c', 0x0a, 4, 0x12, 2, b'a', b'b'];

    fn pruned(drop: &[u8]) -> (Vec<u8>, bool) {
        let mut batch = BATCH;
        let (size, changed) = prune(&mut batch, &[1, 2], &|item| Ok(item == drop)).unwrap();
        (batch[..size].to_vec(), changed)
    }

    #[test]
    fn removes_items_and_what_lost_its_last() {
        assert_eq!(pruned(b"x"), (BATCH.to_vec(), false));
        assert_eq!(pruned(b"c"), (vec![0x8a, 0, 4, 0x12, 2, b'a', b'b', 0x0a, 4, 0x12, 2, b'a', b'b'], true));
        assert_eq!(pruned(b"ab"), (vec![0x8a, 0, 3, 0x12, 1, b'c'], true));
    }

    #[test]
    fn refuses_what_is_not_protobuf() {
        for message in [&[0x80][..], &[0x0a], &[0x0a, 5, 1], &[0x02, 0], &[0x0b], &[0x09, 1]] {
            assert!(any(message, 1, |_| Ok(false)).is_err());
        }
    }
}
