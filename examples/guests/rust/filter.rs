//! Drops spans and log records by attribute equality, slicing the bytes instead of decoding them.
//!
//! `{ "drop": [{ "attribute": "url.path", "equals": "/healthz" }] }`

use otelwasm::{json, protobuf};
use std::cell::RefCell;

otelwasm::export_lifecycle!(signals: otelwasm::TRACES | otelwasm::LOGS, start: start, shutdown: || Ok(()));
otelwasm::export_consume!(traces: |payload| filter(payload, SPAN_ATTRIBUTES, otelwasm::emit_traces));
otelwasm::export_consume!(logs: |payload| filter(payload, LOG_RECORD_ATTRIBUTES, otelwasm::emit_logs));

// Field numbers of OTLP: resource, scope, item; then the item's attributes and their parts.
const ITEM_PATH: [u32; 3] = [1, 2, 2];
const SPAN_ATTRIBUTES: u32 = 9;
const LOG_RECORD_ATTRIBUTES: u32 = 6;
const KEY: u32 = 1;
const VALUE: u32 = 2;
const STRING_VALUE: u32 = 1;

struct Rule {
    attribute: String,
    equals: String,
}

thread_local! {
    static RULES: RefCell<Vec<Rule>> = RefCell::new(Vec::new());
}

fn start() -> Result<(), String> {
    let config = json::Value::parse(&otelwasm::config())?;
    config.only(&["drop"])?;
    let entries = match config.get("drop") {
        Some(drop) => drop.as_list().ok_or("drop must be a list")?,
        None => &[],
    };
    let text = |entry: &json::Value, name| {
        let value = entry.get(name).and_then(json::Value::as_str);
        value.map(str::to_string).ok_or("each entry of drop needs an attribute and an equals, both strings")
    };
    for entry in entries {
        let rule = Rule { attribute: text(entry, "attribute")?, equals: text(entry, "equals")? };
        RULES.with(|rules| rules.borrow_mut().push(rule));
    }
    Ok(())
}

fn filter(payload: &mut [u8], attributes: u32, emit: fn(&[u8])) -> Result<(), String> {
    let (size, changed) = protobuf::prune(payload, &ITEM_PATH, &|item| is_dropped(item, attributes))?;
    if changed {
        emit(&payload[..size]);
    }
    Ok(())
}

fn is_dropped(item: &[u8], attributes: u32) -> Result<bool, String> {
    RULES.with(|rules| {
        protobuf::any(item, attributes, |pair| {
            for rule in rules.borrow().iter() {
                if matches(pair, rule)? {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    })
}

fn matches(pair: &[u8], rule: &Rule) -> Result<bool, String> {
    let has_key = protobuf::any(pair, KEY, |key| Ok(key == rule.attribute.as_bytes()))?;
    Ok(has_key
        && protobuf::any(pair, VALUE, |value| {
            protobuf::any(value, STRING_VALUE, |text| Ok(text == rule.equals.as_bytes()))
        })?)
}
