//! Reading a plugin configuration. The host wrote the text, so it is well-formed JSON.

pub enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Value {
    pub fn parse(text: &str) -> Value {
        Reader { text: text.as_bytes(), at: 0 }.value()
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_number(&self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The elements of a list; none for anything else.
    pub fn elements(&self) -> &[Value] {
        match self {
            Value::List(elements) => elements,
            _ => &[],
        }
    }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    /// The next byte that is not white space, 0 at the end.
    fn peek(&mut self) -> u8 {
        while matches!(self.text.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        self.text.get(self.at).copied().unwrap_or(0)
    }

    fn skip(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte;
        self.at += usize::from(found);
        found
    }

    fn value(&mut self) -> Value {
        match self.peek() {
            b'{' => {
                self.at += 1;
                Value::Object(self.until(b'}', |reader| {
                    let key = reader.string();
                    reader.skip(b':');
                    (key, reader.value())
                }))
            }
            b'[' => {
                self.at += 1;
                Value::List(self.until(b']', Reader::value))
            }
            b'"' => Value::Text(self.string()),
            _ => match self.word() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                number => number.parse().map_or(Value::Null, Value::Number),
            },
        }
    }

    fn until<T>(&mut self, end: u8, mut element: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let mut elements = Vec::new();
        while self.at < self.text.len() && !self.skip(end) {
            elements.push(element(self));
            self.skip(b',');
        }
        elements
    }

    fn word(&mut self) -> &str {
        let begin = self.at;
        while matches!(self.text.get(self.at), Some(b'a'..=b'z' | b'0'..=b'9' | b'E' | b'+' | b'-' | b'.')) {
            self.at += 1;
        }
        std::str::from_utf8(&self.text[begin..self.at]).unwrap_or("")
    }

    fn string(&mut self) -> String {
        self.skip(b'"');
        let mut bytes = Vec::new();
        while let Some(&byte) = self.text.get(self.at) {
            self.at += 1;
            match byte {
                b'"' => break,
                b'\\' => self.escape(&mut bytes),
                _ => bytes.push(byte),
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn escape(&mut self, bytes: &mut Vec<u8>) {
        let byte = self.text.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        bytes.push(match byte {
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let mut code = self.hex();
                if code >> 10 == 0x36 && self.text[self.at..].starts_with(b"\\u") {
                    self.at += 2;
                    code = 0x10000 + ((code & 0x3ff) << 10) + (self.hex() & 0x3ff);
                }
                let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                return bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            other => other,
        });
    }

    fn hex(&mut self) -> u32 {
        let digits = self.text.get(self.at..self.at + 4).and_then(|digits| std::str::from_utf8(digits).ok());
        self.at += 4;
        digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(0xfffd)
    }
}
