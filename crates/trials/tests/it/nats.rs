//! A NATS server of its own for a test, and just enough of its protocol to fill a stream.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::program::within;

/// A server that is killed when dropped.
pub struct Nats {
    child: Child,
    pub address: SocketAddr,
}

impl Nats {
    /// Starts a server that keeps its streams below a folder; nothing when there is none on this machine.
    pub fn start(test: &str, folder: &Path) -> Option<Self> {
        Self::start_with(test, folder, None)
    }

    /// The same with a certificate and its key, for those who ask for an encrypted connection.
    pub fn start_with(test: &str, folder: &Path, sealed: Option<(&Path, &Path)>) -> Option<Self> {
        let settings = folder.join("settings");
        let text = sealed.map(|(certificate, key)| {
            format!(
                "tls {{ cert_file: {certificate:?}, key_file: {key:?} }}\nallow_non_tls: true\n"
            )
        });
        std::fs::write(&settings, text.unwrap_or_default()).unwrap();
        // A port that was free a moment ago.
        let address = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let child = Command::new("nats-server")
            .arg("-c")
            .arg(settings)
            .args([
                "-a",
                "127.0.0.1",
                "-p",
                &address.port().to_string(),
                "-js",
                "-sd",
            ])
            .arg(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = child else {
            println!("SKIPPED {test} there is no `nats-server`");
            return None;
        };
        let nats = Self { child, address };
        assert!(within(Duration::from_secs(20), || TcpStream::connect(
            address
        )
        .is_ok()));
        Some(nats)
    }

    /// A connection to fill streams through.
    pub fn client(&self) -> Client {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let mut client = Client {
            reader: BufReader::new(stream.try_clone().unwrap()),
            stream,
            asked: 0,
        };
        client.line(); // INFO
        client.write(b"CONNECT {\"verbose\":false,\"headers\":true,\"pedantic\":false}\r\nSUB answers.* 1\r\n");
        client
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended by itself
        let _ = self.child.wait();
    }
}

pub struct Client {
    reader: BufReader<TcpStream>,
    stream: TcpStream,
    asked: u64,
}

impl Client {
    fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).unwrap();
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).unwrap();
        line
    }

    /// Publishes to a subject and waits for the server's answer.
    fn ask(&mut self, subject: &str, headers: &[(&str, &str)], body: &[u8]) -> Value {
        self.asked += 1;
        let reply = format!("answers.{}", self.asked);
        let mut block = Vec::new();
        if headers.is_empty() {
            block.extend(format!("PUB {subject} {reply} {}\r\n", body.len()).into_bytes());
        } else {
            let mut head = String::from("NATS/1.0\r\n");
            for (name, value) in headers {
                head += &format!("{name}: {value}\r\n");
            }
            head += "\r\n";
            let (part, whole) = (head.len(), head.len() + body.len());
            block.extend(format!("HPUB {subject} {reply} {part} {whole}\r\n").into_bytes());
            block.extend(head.into_bytes());
        }
        block.extend(body);
        block.extend(b"\r\n");
        self.write(&block);
        loop {
            let line = self.line();
            if line.starts_with("PING") {
                self.write(b"PONG\r\n");
            } else if line.starts_with("MSG ") {
                let answer = self.line();
                return serde_json::from_str(&answer).unwrap();
            } else if line.is_empty() || line.starts_with("-ERR") || line.starts_with("HMSG") {
                panic!("{subject}: {line}");
            }
        }
    }

    /// Makes a stream over a subject.
    pub fn stream(&mut self, name: &str, subject: &str) {
        let stream = json!({ "name": name, "subjects": [subject], "storage": "file" });
        let made = self.ask(
            &format!("$JS.API.STREAM.CREATE.{name}"),
            &[],
            stream.to_string().as_bytes(),
        );
        assert!(made["error"].is_null(), "{made}");
    }

    /// Has a stream throw away what lies before a message.
    pub fn throw_away_before(&mut self, name: &str, number: u64) {
        let subject = format!("$JS.API.STREAM.PURGE.{name}");
        let purged = self.ask(
            &subject,
            &[],
            json!({ "seq": number }).to_string().as_bytes(),
        );
        assert!(purged["error"].is_null(), "{purged}");
    }

    /// Publishes into a stream; gives the message's number.
    pub fn publish(&mut self, subject: &str, headers: &[(&str, &str)], body: &[u8]) -> u64 {
        let kept = self.ask(subject, headers, body);
        kept["seq"].as_u64().unwrap_or_else(|| panic!("{kept}"))
    }
}
