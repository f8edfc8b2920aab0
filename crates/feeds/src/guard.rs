//! The guard on addresses that this service calls: a source, a webhook, a mail server.
//!
//! Whoever types an address makes the service speak, and the service stands where others do not. So an address is looked
//! up here, every address that its name has is checked, and the connection goes to one of exactly those. Only what is
//! reachable from everywhere is reached; what the operator listed as well; this service itself never.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};

/// Which addresses may be called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    listed: Vec<Listed>,
    own: Vec<SocketAddr>,
}

/// A host that the operator listed, at one port or at any.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Listed {
    host: String,
    port: Option<u16>,
}

/// An address in parts: scheme, host, port, and whatever follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// In lower case.
    pub scheme: String,
    /// In lower case, without brackets.
    pub host: String,
    /// As said, or the scheme's own.
    pub port: u16,
    /// From the slash on; empty for none.
    pub path: String,
}

/// Why an address is not called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Barred {
    /// It is none of the addresses that are understood here.
    #[error("is no address that is called from here: {0}")]
    NoAddress(&'static str),
    /// Its name has no address.
    #[error("names a host that cannot be found")]
    NotFound,
    /// It leads inside.
    #[error("leads to {0}, which is not reachable from everywhere; the operator can list it")]
    Inside(IpAddr),
    /// It leads back here.
    #[error("leads back to this service")]
    Own,
}

impl Reach {
    /// Lists `host` or `host:port` as reachable although it lies inside.
    ///
    /// # Errors
    /// When a port is given that is none.
    pub fn list(&mut self, text: &str) -> Result<(), Barred> {
        let wrong = Barred::NoAddress("give a host, or a host and a port");
        let (host, port) = host_and_port(text).ok_or_else(|| wrong.clone())?;
        if host.is_empty() {
            return Err(wrong);
        }
        self.listed.push(Listed { host, port });
        Ok(())
    }

    /// Whether the operator listed a host at a port.
    pub fn lists(&self, host: &str, port: u16) -> bool {
        let fits = |listed: &Listed| {
            listed.host == host && listed.port.is_none_or(|listed| listed == port)
        };
        self.listed.iter().any(fits)
    }

    /// Names an address at which this service itself listens; it is never called.
    pub fn is_own(&mut self, address: SocketAddr) {
        self.own.push(address);
    }

    /// Reads an address and checks where it leads; gives its parts and the addresses that may be connected to.
    ///
    /// # Errors
    /// When it must not be called.
    pub fn admit(
        &self,
        address: &str,
        schemes: &[&str],
    ) -> Result<(Address, Vec<SocketAddr>), Barred> {
        let address = Address::parse(address, schemes)?;
        let found = self.resolve(&address.host, address.port)?;
        Ok((address, found))
    }

    /// Looks a host up and checks every address it has.
    ///
    /// # Errors
    /// When one of them must not be connected to: a name with two faces is trusted in neither.
    pub fn resolve(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Barred> {
        if looks_like_a_number(host) && host.parse::<Ipv4Addr>().is_err() {
            return Err(Barred::NoAddress("a host written as a number"));
        }
        let found: Vec<SocketAddr> = match host.parse::<IpAddr>() {
            Ok(ip) => vec![SocketAddr::new(ip, port)],
            Err(_) => (host, port)
                .to_socket_addrs()
                .map_err(|_| Barred::NotFound)?
                .collect(),
        };
        if found.is_empty() {
            return Err(Barred::NotFound);
        }
        for address in &found {
            self.check(host, *address)?;
        }
        Ok(found)
    }

    fn check(&self, host: &str, address: SocketAddr) -> Result<(), Barred> {
        let ip = plain(address.ip());
        let own = |own: &SocketAddr| {
            own.port() == address.port()
                && (own.ip() == ip || ip.is_loopback() || ip.is_unspecified())
        };
        if self.own.iter().any(own) {
            return Err(Barred::Own);
        }
        if reachable_from_everywhere(ip) || self.lists(host, address.port()) {
            return Ok(());
        }
        Err(Barred::Inside(ip))
    }
}

impl Address {
    /// Takes an address apart. Names and passwords inside one are not understood.
    ///
    /// # Errors
    /// When it is none, or of another scheme than those given.
    pub fn parse(text: &str, schemes: &[&str]) -> Result<Self, Barred> {
        let (scheme, rest) = text
            .trim()
            .split_once("://")
            .ok_or(Barred::NoAddress("it names no scheme"))?;
        let scheme = scheme.to_ascii_lowercase();
        if !schemes.contains(&scheme.as_str()) {
            return Err(Barred::NoAddress("it is of a scheme that is not called"));
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let odd = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '\\';
        if authority.contains('@') || text.trim().contains(odd) {
            return Err(Barred::NoAddress("it holds a sign-in or odd letters"));
        }
        let (host, port) =
            host_and_port(authority).ok_or(Barred::NoAddress("its host or port is none"))?;
        if host.is_empty() {
            return Err(Barred::NoAddress("it names no host"));
        }
        let port = match (port, scheme.as_str()) {
            (Some(port), _) => port,
            (None, "https") => 443,
            (None, "http") => 80,
            (None, "nats" | "nats+tls") => 4222,
            (None, "smtp") => 25,
            (None, "smtps") => 465,
            (None, "smtp+starttls") => 587,
            (None, "postgres") => 5432,
            (None, _) => return Err(Barred::NoAddress("it names no port")),
        };
        Ok(Self {
            scheme,
            host,
            port,
            path: path.to_owned(),
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (open, close) = match self.host.contains(':') {
            true => ("[", "]"),
            false => ("", ""),
        };
        let Self {
            scheme,
            host,
            port,
            path,
        } = self;
        write!(out, "{scheme}://{open}{host}{close}:{port}{path}")
    }
}

fn host_and_port(text: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            host.parse::<Ipv6Addr>().ok()?;
            match after.strip_prefix(':') {
                Some(port) => (host, Some(port)),
                None if after.is_empty() => (host, None),
                None => return None,
            }
        }
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let port = match port {
        Some(port) => Some(port.parse::<u16>().ok().filter(|port| *port > 0)?),
        None => None,
    };
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    Some((host, port))
}

/// Decimal, octal and hexadecimal forms that old resolvers read as an address.
fn looks_like_a_number(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    !last.is_empty()
        && (last.bytes().all(|byte| byte.is_ascii_digit())
            || last
                .strip_prefix("0x")
                .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_hexdigit())))
}

/// The IPv4 address that an IPv6 one stands for, where it stands for one.
fn plain(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = ip else { return ip };
    let four = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        IpAddr::V4(Ipv4Addr::new(a, b, c, d))
    };
    match six.segments() {
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] if !six.is_loopback() && !six.is_unspecified() => {
            four(high, low)
        }
        [0x64, 0xff9b, .., high, low] => four(high, low),
        [0x2002, high, low, ..] => four(high, low),
        _ => ip,
    }
}

/// Whether an address is one of the open network, and not of this machine, a house, or a range that is nobody's.
fn reachable_from_everywhere(ip: IpAddr) -> bool {
    match plain(ip) {
        IpAddr::V4(four) => {
            let [a, b, c, _] = four.octets();
            let barred = four.is_private()
                || four.is_loopback()
                || four.is_link_local()
                || four.is_documentation()
                || matches!((a, b, c), (0, ..) | (192, 0, 0) | (192, 88, 99))
                || (a == 100 && (64..128).contains(&b))
                || (a == 198 && (18..20).contains(&b))
                || a >= 224;
            !barred
        }
        IpAddr::V6(six) => match six.segments() {
            [0x2001, second, ..] => second >= 0x0200 && second != 0x0db8,
            [first, ..] => (0x2000..0x4000).contains(&first) && first != 0x3fff,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEB: &[&str] = &["http", "https"];

    #[test]
    fn sf_01_addresses_of_this_machine_and_this_house_are_barred_in_every_spelling() {
        let mut reach = Reach::default();
        reach.is_own("203.0.114.7:8080".parse().unwrap());
        for barred in [
            "http://localhost/",
            "http://127.0.0.1:9/",
            "http://127.1/",
            "http://0.0.0.0/",
            "http://[::1]/",
            "http://[::]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::127.0.0.1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0x7f.0.0.1/",
            "http://0177.0.0.1/",
            "http://017700000001/",
            "http://127.0.0.1./",
            "http://169.254.169.254/latest/meta-data",
            "http://10.0.0.1/",
            "http://172.16.0.1/",
            "http://172.31.255.255/",
            "http://192.168.1.1/",
            "http://100.64.0.1/",
            "http://192.0.0.8/",
            "http://198.18.0.1/",
            "http://224.0.0.1/",
            "http://255.255.255.255/",
            "http://[fe80::1]/",
            "http://[fc00::1]/",
            "http://[fd12::1]/",
            "http://[ff02::1]/",
            "http://203.0.114.7:8080/",
            "file:///etc/passwd",
            "gopher://example.org/",
            "unix:/var/run/docker.sock",
            "unix:///var/run/docker.sock",
            "ftp://example.org/",
            "http://user:word@1.1.1.1/",
            "http://1.1.1.1\\@127.0.0.1/",
            "http:///path",
            "http://1.1.1.1:0/",
            "http://1.1.1.1:99999/",
            "1.1.1.1",
            "",
        ] {
            assert!(reach.admit(barred, WEB).is_err(), "{barred}");
        }
    }

    #[test]
    fn open_addresses_and_listed_ones_are_admitted_with_what_to_connect_to() {
        let mut reach = Reach::default();
        let (address, found) = reach.admit("HTTPS://1.1.1.1/list?a=b", WEB).unwrap();
        assert_eq!(address.to_string(), "https://1.1.1.1:443/list?a=b");
        assert_eq!(found, ["1.1.1.1:443".parse().unwrap()]);
        assert!(reach.admit("http://[2606:4700::1111]/", WEB).is_ok());
        reach.list("127.0.0.1:9000").unwrap();
        assert!(reach.admit("http://127.0.0.1:9000/", WEB).is_ok());
        assert!(reach.admit("http://127.0.0.1:9001/", WEB).is_err());
        reach.is_own("127.0.0.1:9000".parse().unwrap());
        assert_eq!(
            reach.admit("http://127.0.0.1:9000/", WEB),
            Err(Barred::Own),
            "this service is never called, listed or not"
        );
        assert!(reach.list("127.0.0.1:none").is_err());
    }
}
