//! A receiver of metrics: a gauge with the seconds since it started, at every interval, sleeping in between.
//!
//! `{ "intervalMillis": 1000, "metric": "process.uptime" }`

use otelwasm::json;
use std::cell::RefCell;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

otelwasm::export_lifecycle!(signals: otelwasm::METRICS, start: start, shutdown: || Ok(()));
otelwasm::export_receiver!(metrics: run);

struct Config {
    interval: Duration,
    metric: String,
}

thread_local! {
    static CONFIG: RefCell<Config> =
        RefCell::new(Config { interval: Duration::from_secs(1), metric: "process.uptime".to_string() });
}

fn start() -> Result<(), String> {
    let given = json::Value::parse(&otelwasm::config())?;
    given.only(&["intervalMillis", "metric"])?;
    CONFIG.with(|config| {
        let mut config = config.borrow_mut();
        if let Some(interval) = given.get("intervalMillis") {
            let millis = interval.as_number().filter(|&millis| millis >= 1.0);
            config.interval = Duration::from_millis(millis.ok_or("intervalMillis must be a positive number")? as u64);
        }
        if let Some(metric) = given.get("metric") {
            config.metric = metric.as_str().ok_or("metric must be a string")?.to_string();
        }
        Ok(())
    })
}

fn run() {
    let begin = Instant::now();
    CONFIG.with(|config| {
        let config = config.borrow();
        while !otelwasm::shutdown_requested() {
            otelwasm::emit_metrics(&gauge(&config.metric, begin.elapsed().as_secs_f64()));
            sleep(config.interval);
        }
    })
}

/// MetricsData { 1 resource_metrics { 2 scope_metrics { 2 metrics {
///   1 name, 3 unit, 5 gauge { 1 data_points { 3 time_unix_nano, 4 as_double } } } } } }
fn gauge(name: &str, seconds: f64) -> Vec<u8> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos() as u64);
    let point = [&[3 << 3 | 1], &now.to_le_bytes()[..], &[4 << 3 | 1], &seconds.to_le_bytes()[..]].concat();
    let metric = [field(1, name.as_bytes()), field(3, b"s"), field(5, &field(1, &point))].concat();
    field(1, &field(2, &field(2, &metric)))
}

/// A length-delimited field.
fn field(number: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![number << 3 | 2];
    let mut size = content.len();
    while size >= 0x80 {
        bytes.push(size as u8 | 0x80);
        size >>= 7;
    }
    bytes.push(size as u8);
    bytes.extend_from_slice(content);
    bytes
}
