//! Reading a plugin configuration.

pub enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Value {
    /// Reads one JSON value. What is not JSON is an error that says where.
    pub fn parse(text: &str) -> Result<Value, String> {
        let mut reader = Reader { text, at: 0, depth: 0 };
        let value = reader.value()?;
        match reader.peek() {
            0 => Ok(value),
            _ => reader.bad(),
        }
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

    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(elements) => Some(elements),
            _ => None,
        }
    }

    /// An error unless this is null, or an object that has no members of other names: a misspelt option must not pass
    /// for no option.
    pub fn only(&self, allowed: &[&str]) -> Result<(), String> {
        match self {
            Value::Null => Ok(()),
            Value::Object(members) => match members.iter().find(|(key, _)| !allowed.contains(&key.as_str())) {
                Some((key, _)) => Err(format!("unknown option {:?}; allowed are {}", key, allowed.join(", "))),
                None => Ok(()),
            },
            _ => Err("the configuration must be an object".to_string()),
        }
    }
}

const MAX_DEPTH: u32 = 64;

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
}

impl Reader<'_> {
    fn bad<T>(&self) -> Result<T, String> {
        Err(format!("bad JSON at byte {}", self.at))
    }

    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// The next byte that is not white space, 0 at the end.
    fn peek(&mut self) -> u8 {
        while matches!(self.byte(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
        self.byte()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte;
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), String> {
        if self.take(byte) {
            Ok(())
        } else {
            self.bad()
        }
    }

    fn value(&mut self) -> Result<Value, String> {
        match self.peek() {
            b'{' => Ok(Value::Object(self.until(b'}', |reader| {
                reader.peek();
                let key = reader.string()?;
                reader.expect(b':')?;
                Ok((key, reader.value()?))
            })?)),
            b'[' => Ok(Value::List(self.until(b']', Reader::value)?)),
            b'"' => Ok(Value::Text(self.string()?)),
            _ => self.word(),
        }
    }

    fn until<T>(
        &mut self,
        end: u8,
        mut element: impl FnMut(&mut Self) -> Result<T, String>,
    ) -> Result<Vec<T>, String> {
        self.at += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return self.bad();
        }
        let mut elements = Vec::new();
        if !self.take(end) {
            loop {
                elements.push(element(self)?);
                if !self.take(b',') {
                    break;
                }
            }
            self.expect(end)?;
        }
        self.depth -= 1;
        Ok(elements)
    }

    fn word(&mut self) -> Result<Value, String> {
        let rest = &self.text[self.at..];
        let size = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte)).count();
        let word = &rest[..size];
        let value = match word {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            // Rust reads more than JSON knows: inf, nan, +1.
            _ if word.starts_with(|first: char| first == '-' || first.is_ascii_digit()) => match word.parse() {
                Ok(number) => Value::Number(number),
                Err(_) => return self.bad(),
            },
            _ => return self.bad(),
        };
        self.at += size;
        Ok(value)
    }

    fn string(&mut self) -> Result<String, String> {
        if self.byte() != b'"' {
            return self.bad();
        }
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let size = rest.find(|next| next == '"' || next == '\\').unwrap_or(rest.len());
            text.push_str(&rest[..size]);
            self.at += size;
            match self.byte() {
                b'"' => break,
                b'\\' => text.push(self.escape()?),
                _ => return self.bad(),
            }
        }
        self.at += 1;
        Ok(text)
    }

    fn escape(&mut self) -> Result<char, String> {
        self.at += 1;
        let escaped = match self.byte() {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                return self.unicode();
            }
            other @ (b'"' | b'\\' | b'/') => char::from(other),
            _ => return self.bad(),
        };
        self.at += 1;
        Ok(escaped)
    }

    /// The character after `\u`; half of a surrogate pair that stands alone is U+FFFD.
    fn unicode(&mut self) -> Result<char, String> {
        let mut code = self.hex()?;
        if code >> 10 == 0x36 && self.text.as_bytes()[self.at..].starts_with(b"\\u") {
            let high_end = self.at;
            self.at += 2;
            let low = self.hex()?;
            if low >> 10 == 0x37 {
                code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
            } else {
                self.at = high_end;
            }
        }
        Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Result<u32, String> {
        let digits = self.text.get(self.at..self.at + 4).filter(|digits| !digits.starts_with('+'));
        match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            Some(code) => {
                self.at += 4;
                Ok(code)
            }
            None => self.bad(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Value;

    fn text(json: &str) -> Option<String> {
        Value::parse(json).ok()?.as_str().map(str::to_string)
    }

    #[test]
    fn reads_what_json_knows() {
        let value = Value::parse(r#" {"a": [1, -2.5e1, "x"], "b": {}, "c": null} "#).unwrap();
        let list = value.get("a").and_then(Value::as_list).unwrap();
        assert_eq!(list.iter().map(Value::as_number).collect::<Vec<_>>(), [Some(1.0), Some(-25.0), None]);
        assert!(value.only(&["a", "b", "c"]).is_ok());
        assert_eq!(value.only(&["a"]).unwrap_err(), "unknown option \"b\"; allowed are a");
    }

    #[test]
    fn unescapes_and_replaces_lone_surrogates() {
        assert_eq!(text(r#""\u00e9\n\ud83d\ude00\/""#).unwrap(), "é\n😀/");
        assert_eq!(text(r#""\ud83d""#).unwrap(), "\u{fffd}");
        assert_eq!(text(r#""\ud83d\u0041""#).unwrap(), "\u{fffd}A");
    }

    #[test]
    fn refuses_what_is_not_json() {
        let deep = "[".repeat(65) + &"]".repeat(65);
        let bad = ["", "{", "[1,]", "[1 2]", "{\"a\" 1}", "{a: 1}", "\"", "\"\\x\"", "\"\\u+123\"", "nan", "+1", "1 1", &deep];
        for json in bad {
            assert!(Value::parse(json).is_err(), "{}", json);
        }
    }
}
