//! A headless Chromium over its own protocol: one tab, commands, responses and events.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

use serde_json::{Value, json};
use tempfile::TempDir;
use tungstenite::{Message, WebSocket};

/// How browsers of the family are called.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/// No sandbox, since tests run as root, too; and none of what a browser does on its own.
const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
];
/// How long something may take that takes no time.
const PATIENCE: Duration = Duration::from_secs(20);

/// Returns the browser of this machine, if there is one.
pub(crate) fn installed() -> Option<PathBuf> {
    let folders: Vec<_> = env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect();
    let paths = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    paths.into_iter().find(|path| path.is_file())
}

/// A tab of a browser that ends with it.
pub(crate) struct Chrome {
    process: Child,
    socket: WebSocket<TcpStream>,
    /// What is said to the tab, and not to the browser.
    session: Option<String>,
    sent: u64,
    /// Everything that happened and was no response.
    events: Vec<Value>,
    _profile: TempDir,
}

impl Chrome {
    pub(crate) fn start(program: &Path) -> Self {
        let profile = tempfile::tempdir().expect("a folder can be made");
        let mut process = Command::new(program)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the browser can be started");
        let address = address(&mut process);
        let host =
            address.strip_prefix("ws://").and_then(|rest| rest.split('/').next()).expect("an address of the web");
        let stream = TcpStream::connect(host).expect("the browser listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time that is not zero");
        let (socket, _) = tungstenite::client(&address, stream).expect("the browser speaks its protocol");
        let mut chrome = Self { process, socket, session: None, sent: 0, events: Vec::new(), _profile: profile };
        let targets = chrome.call("Target.getTargets", json!({}));
        let page = targets["targetInfos"].as_array().and_then(|all| all.iter().find(|one| one["type"] == "page"));
        let id = page.expect("the browser opened a tab")["targetId"].clone();
        let attached = chrome.call("Target.attachToTarget", json!({"targetId": id, "flatten": true}));
        chrome.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            chrome.call(&format!("{domain}.enable"), json!({}));
        }
        chrome
    }

    /// Sends a command, and waits for its response.
    pub(crate) fn call(&mut self, method: &str, params: Value) -> Value {
        self.sent += 1;
        let mut message = json!({"id": self.sent, "method": method, "params": params});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        self.socket.send(Message::text(message.to_string())).expect("the browser listens");
        loop {
            let message = self.read();
            if message["id"] == self.sent {
                assert!(message.get("error").is_none(), "{method}: {}", message["error"]);
                return message["result"].clone();
            }
            self.events.push(message);
        }
    }

    fn read(&mut self) -> Value {
        let message = self.socket.read().expect("the browser responds in time");
        serde_json::from_str(message.to_text().expect("the protocol is text")).expect("the protocol is JSON")
    }

    /// Opens a file and waits until it is loaded.
    pub(crate) fn open(&mut self, file: &Path) {
        let seen = self.events.len();
        self.call("Page.navigate", json!({"url": format!("file://{}", file.display())}));
        while !self.events[seen..].iter().any(|event| event["method"] == "Page.loadEventFired") {
            let message = self.read();
            self.events.push(message);
        }
    }

    /// Returns the value of an expression of JavaScript, awaited if it is a promise.
    pub(crate) fn eval(&mut self, expression: &str) -> Value {
        let params =
            json!({"expression": expression, "returnByValue": true, "awaitPromise": true, "userGesture": true});
        let response = self.call("Runtime.evaluate", params);
        assert!(response.get("exceptionDetails").is_none(), "{expression}: {}", response["exceptionDetails"]);
        response["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    pub(crate) fn wait_for(&mut self, expression: &str) {
        let start = Instant::now();
        while self.eval(expression) != true {
            assert!(start.elapsed() < PATIENCE, "never came true: {expression}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Presses a key, with the text it types, if any.
    pub(crate) fn press(&mut self, key: &str) {
        let text = if key.chars().count() == 1 { key } else { "" };
        let down = if text.is_empty() { "rawKeyDown" } else { "keyDown" };
        self.call("Input.dispatchKeyEvent", json!({"type": down, "key": key, "text": text}));
        self.call("Input.dispatchKeyEvent", json!({"type": "keyUp", "key": key}));
    }

    /// Types a text where the focus is.
    pub(crate) fn type_text(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// Sets the size of the window to that of a device of this width.
    pub(crate) fn resize(&mut self, width: u32, height: u32) {
        let params = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        self.call("Emulation.setDeviceMetricsOverride", params);
    }

    /// Sets the preferred colour scheme.
    pub(crate) fn prefer(&mut self, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.call("Emulation.setEmulatedMedia", json!({"features": features}));
    }

    /// Returns what the page complained of: errors and warnings of the console, exceptions, entries of the log.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let complaint = |event: &&Value| match event["method"].as_str() {
            Some("Runtime.exceptionThrown") => true,
            Some("Runtime.consoleAPICalled") => matches!(event["params"]["type"].as_str(), Some("error" | "warning")),
            Some("Log.entryAdded") => event["params"]["entry"]["level"] != "info",
            _ => false,
        };
        self.events.iter().filter(complaint).map(|event| event["params"].to_string()).collect()
    }

    /// Returns what was asked for, files included.
    pub(crate) fn requests(&self) -> Vec<String> {
        let sent = self.events.iter().filter(|event| event["method"] == "Network.requestWillBeSent");
        sent.filter_map(|event| event["params"]["request"]["url"].as_str()).map(str::to_owned).collect()
    }

    /// Writes a screenshot to the folder in the variable `SCREENSHOTS`, if it is set.
    pub(crate) fn picture(&mut self, name: &str) {
        let Some(folder) = env::var_os("SCREENSHOTS") else { return };
        let picture = self.call("Page.captureScreenshot", json!({}));
        let file = Path::new(&folder).join(format!("{name}.png.base64"));
        std::fs::write(file, picture["data"].as_str().unwrap_or_default()).expect("the folder is there");
    }
}

impl Drop for Chrome {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns where the browser listens, which it says when it does.
fn address(process: &mut Child) -> String {
    let mut said = BufReader::new(process.stderr.take().expect("it is piped"));
    let mut line = String::new();
    loop {
        line.clear();
        assert_ne!(said.read_line(&mut line).expect("the browser says text"), 0, "the browser ended at once");
        if let Some(address) = line.trim().strip_prefix("DevTools listening on ") {
            let address = address.to_owned();
            // It goes on talking, and nobody may keep it from that.
            thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
            return address;
        }
    }
}
