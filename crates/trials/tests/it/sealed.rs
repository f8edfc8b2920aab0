//! Encrypted ways to a stream and to a mail server: taken where the certificate is for the name that was given, and only
//! there.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::json;

use crate::house::{Case, House};
use crate::live::{cite, count, one, take_mail};
use crate::nats::{Client, Nats};
use crate::program::within;

/// An authority and a certificate of its for `localhost`; nothing without openssl.
fn certify(folder: &Path) -> Option<()> {
    let at = |name: &str| folder.join(name).display().to_string();
    let made = |subject: &str, name: &str, more: &[&str]| {
        let (key, out) = (at(&format!("{name}.key")), at(&format!("{name}.pem")));
        let words = [
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            subject,
            "-keyout",
            &key,
            "-out",
            &out,
        ];
        Command::new("openssl").args(words).args(more).output().ok()
    };
    assert!(made("/CN=authority", "authority", &[])?.status.success());
    let (authority, key) = (at("authority.pem"), at("authority.key"));
    let leaf = [
        "-CA",
        &authority,
        "-CAkey",
        &key,
        "-addext",
        "subjectAltName=DNS:localhost",
        "-addext",
        "basicConstraints=critical,CA:FALSE",
    ];
    assert!(made("/CN=localhost", "server", &leaf)?.status.success());
    Some(())
}

/// A mail server behind an encrypted connection, ended when dropped.
struct Sealed {
    child: Child,
    port: u16,
    mails: Receiver<String>,
}

impl Sealed {
    fn start(folder: &Path) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut child = Command::new("openssl")
            .args(["s_server", "-quiet", "-accept", &port.to_string(), "-cert"])
            .arg(folder.join("server.pem"))
            .arg("-key")
            .arg(folder.join("server.key"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (from, to) = (child.stdout.take().unwrap(), child.stdin.take().unwrap());
        let (kept, mails) = channel();
        std::thread::spawn(move || take_mail(from, to, &kept));
        Self { child, port, mails }
    }
}

impl Drop for Sealed {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

#[test]
fn a_stream_and_mails_go_over_encrypted_connections_whose_certificates_are_checked() {
    let Some(house) = House::new("sealed") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    if certify(folder.path()).is_none() {
        println!("SKIPPED sealed `openssl` is not installed");
        return;
    }
    let at = |name: &str| folder.path().join(name);
    let (certificate, key) = (at("server.pem"), at("server.key"));
    let Some(nats) = Nats::start_with("sealed", folder.path(), Some((&certificate, &key))) else {
        return;
    };
    let mut client: Client = nats.client();
    client.stream("SEALED", "sealed");
    let reach = format!("localhost:{}", nats.address.port());
    let follow = |name: &str, host: &str| {
        let address = format!("nats+tls://{host}:{}/SEALED/{name}", nats.address.port());
        let words = [
            "source",
            "follow",
            name,
            "--dataset",
            "register",
            "--delta",
            "--by",
            "jetstream",
            "--at",
            &address,
            "--reach",
            &reach,
            "--reach",
            "127.0.0.1",
        ];
        house.act("dara", &words).good();
    };
    follow("named", "localhost");
    client.publish("sealed", &[], one(1, "active").trim_end().as_bytes());

    let mail = Sealed::start(folder.path());
    std::fs::create_dir_all(house.data.join("secrets")).unwrap();
    std::fs::write(house.data.join("secrets/mail"), "desk:a word").unwrap();
    let (mail_reach, smtp) = (
        format!("localhost:{}", mail.port),
        format!("smtps://localhost:{}", mail.port),
    );
    let words = [
        "--reach",
        &reach,
        "--reach",
        "127.0.0.1",
        "--reach",
        &mail_reach,
        "--smtp",
        &smtp,
        "--smtp-secret",
        "file:mail",
        "--mail-from",
        "desk@inspectorate.example",
    ];
    let failure = |serving: &crate::program::Serving, name: &str| {
        let dara = serving.sign_in("dara");
        let found = serving.get("/api/sources", &dara).expect(200);
        let source = found["sources"].as_array().unwrap().iter();
        let mut source = source.filter(|one| one["name"] == name);
        source.next().unwrap()["failure"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    // A source that failed is asked again after a while that grows.
    let wait = Duration::from_secs(180);

    // Nobody here has heard of that authority.
    let serving = house.program.serve_with(&house.data, &words, &[]);
    assert!(within(wait, || failure(&serving, "named").contains("certificate")));
    assert_eq!(count(&house, "SELECT count(*) FROM record"), 0);
    serving.kill();

    let authority = at("authority.pem");
    let trusted = [("SSL_CERT_FILE", authority.as_path())];
    follow("numbered", "127.0.0.1");
    let serving = house.program.serve_with(&house.data, &words, &trusted);
    assert!(within(wait, || count(
        &house,
        "SELECT count(*) FROM record"
    ) == 1));
    // The same server by its number, for which it has no certificate.
    assert!(within(wait, || failure(&serving, "numbered")
        .contains("certificate")));

    let case = Case::open(&serving);
    assert!(within(wait, || !case
        .search(&serving, "\"Company 1\"")
        .is_empty()));
    cite(&serving, &case, 1);
    let order = json!({ "way": "mail", "address": "ines@inspectorate.example" });
    serving
        .post(&case.path("subscriptions"), &case.ines, order)
        .expect(201);
    client.publish("sealed", &[], one(1, "struck off").trim_end().as_bytes());
    let signed_in = mail.mails.recv_timeout(wait).unwrap();
    assert!(signed_in.starts_with("AUTH PLAIN "), "{signed_in}");
    let told = mail.mails.recv_timeout(wait).unwrap();
    assert!(told.contains("An alert waits in case"), "{told}");
}
