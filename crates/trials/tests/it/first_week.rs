//! An administrator's first week: settings from a file, the service's own certificate and its renewal, keys split, lost and
//! found, and the log's key turned.

use std::io::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::house::House;
use crate::program::{finish, lines_of, within};

fn openssl(words: &[&str]) -> Option<std::process::Output> {
    Command::new("openssl").args(words).output().ok()
}

/// A certificate for `localhost` that signs itself, in the place of the one before.
fn certify(folder: &Path) {
    let at = |name: &str| folder.join(name).display().to_string();
    let (key, certificate) = (at("key.pem"), at("certificate.pem"));
    let made = openssl(&[
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
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
        "-keyout",
        &key,
        "-out",
        &certificate,
    ]);
    assert!(made.unwrap().status.success());
}

/// What the server answers to somebody who trusts one certificate alone.
fn asked(address: SocketAddr, trusted: &Path) -> String {
    let mut client = Command::new("openssl")
        .args([
            "s_client",
            "-quiet",
            "-verify_return_error",
            "-servername",
            "localhost",
            "-connect",
        ])
        .arg(address.to_string())
        .arg("-CAfile")
        .arg(trusted)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let request = b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let _refused = client.stdin.take().unwrap().write_all(request);
    String::from_utf8_lossy(&client.wait_with_output().unwrap().stdout).into_owned()
}

/// A server that is ended whatever becomes of the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _status = self.0.wait();
    }
}

#[test]
fn the_service_has_its_own_certificate_and_takes_a_renewed_one_without_a_stop() {
    let Some(house) = House::new("first_week") else {
        return;
    };
    if openssl(&["version"]).is_none() {
        println!("SKIPPED first_week `openssl` is not installed");
        return;
    }
    let folder = house.folder.path();
    certify(folder);
    let settings = folder.join("predicate.toml");
    let text = format!(
        "data = {:?}\nlisten = \"127.0.0.1:0\"\ntls-certificate = {:?}\ntls-key = {:?}\n",
        house.data,
        folder.join("certificate.pem"),
        folder.join("key.pem")
    );
    std::fs::write(&settings, &text).unwrap();
    let mut serve = house.program.command();
    serve.args(["serve", "--config"]).arg(&settings);
    let mut server = Running(serve.spawn().unwrap());
    let line = lines_of(&mut server.0)
        .recv_timeout(Duration::from_secs(60))
        .unwrap();
    let address: SocketAddr = line
        .strip_prefix("desk: https://")
        .unwrap()
        .parse()
        .unwrap();

    let first = folder.join("first.pem");
    std::fs::copy(folder.join("certificate.pem"), &first).unwrap();
    let answer = asked(address, &first);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("strict-transport-security"), "{answer}");

    // Nobody is answered without TLS, and who says nothing keeps nobody out.
    let _silent = TcpStream::connect(address).unwrap();
    let mut plain = TcpStream::connect(address).unwrap();
    plain
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    let mut said = Vec::new();
    let _reset = std::io::Read::read_to_end(&mut plain, &mut said);
    assert!(
        !said.starts_with(b"HTTP/"),
        "{}",
        String::from_utf8_lossy(&said)
    );

    let hang_up = || {
        let words = ["-HUP", &server.0.id().to_string()];
        assert!(Command::new("kill").args(words).status().unwrap().success());
    };
    certify(folder);
    hang_up();
    let second = folder.join("certificate.pem");
    let renewed = || asked(address, &second).starts_with("HTTP/1.1 200");
    assert!(within(Duration::from_secs(20), renewed));
    assert_eq!(asked(address, &first), "");
    // A certificate that cannot be served changes nothing.
    let kept = folder.join("second.pem");
    std::fs::copy(&second, &kept).unwrap();
    std::fs::write(&second, "no certificate").unwrap();
    hang_up();
    std::thread::sleep(Duration::from_millis(300));
    assert!(asked(address, &kept).starts_with("HTTP/1.1 200"));
    drop(server);

    std::fs::write(&settings, format!("{text}listens = \"127.0.0.1:0\"\n")).unwrap();
    let ended = finish(
        house
            .program
            .command()
            .args(["serve", "--config"])
            .arg(&settings),
    );
    assert!(ended.bad().contains("there is no setting `listens`"));
}

#[test]
fn keys_are_split_lost_and_given_back_and_the_log_goes_on_under_a_new_one() {
    let Some(house) = House::new("first_week_keys") else {
        return;
    };
    let keys = |words: &[&str]| house.act("ada", &[&["keys"], words].concat());
    let old = keys(&["show", "--json"]).good();
    keys(&["begin-turn"]).good();
    let shown: serde_json::Value = serde_json::from_str(&keys(&["show", "--json"]).good()).unwrap();
    let next = shown["next"].as_str().unwrap();
    assert!(keys(&["begin-turn"]).bad().contains("log.next"));
    keys(&["finish-turn"]).good();
    let new = keys(&["show"]).good();
    assert!(new.contains(next) && !old.contains(next), "{new}");
    let log = house.data.join("log");
    let verify = |key: &str| {
        house
            .program
            .run(&["verify", log.to_str().unwrap(), "--key", key])
    };
    verify(next).good();

    let out = house.folder.path().join("shares");
    let to = out.to_str().unwrap();
    assert!(
        keys(&["split", "--needed", "1", "--shares", "3", to])
            .bad()
            .contains("at least two")
    );
    keys(&["split", "--needed", "2", "--shares", "3", to]).good();
    let mode = std::fs::metadata(&out).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "others can read shares: {mode:o}");
    let folder = house.data.join("keys");
    let lost = house.folder.path().join("lost");
    std::fs::rename(&folder, &lost).unwrap();
    assert!(
        !house.act("ada", &["check"]).status.success(),
        "it needs its keys"
    );
    let share = |number: u8| {
        out.join(format!("share-{number}.txt"))
            .display()
            .to_string()
    };
    let recover = |shares: &[String]| {
        let mut words = vec!["keys", "recover", "--to", folder.to_str().unwrap()];
        words.extend(shares.iter().map(String::as_str));
        house.program.run(&words)
    };
    assert!(
        recover(&[share(2)])
            .bad()
            .contains("2 different shares are needed")
    );
    recover(&[share(3), share(1)]).good();
    assert!(recover(&[share(3), share(1)]).bad().contains("exists"));
    for entry in std::fs::read_dir(&lost).unwrap() {
        let path = entry.unwrap().path();
        let back = folder.join(path.file_name().unwrap());
        assert_eq!(std::fs::read(&path).unwrap(), std::fs::read(&back).unwrap());
        let mode = std::fs::metadata(&back).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}: {mode:o}", back.display());
    }
    house.check();
}
