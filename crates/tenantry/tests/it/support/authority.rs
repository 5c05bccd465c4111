//! A real authoritative DNS server, Knot, in a process and on a port of its own; its records change while it runs.

use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tenantry::config;
use tenantry::outside::dns::Dns;
use tenantry::outside::dns::network::NetworkDns;

/// Serves `contoso.test`, `fabrikam.test` and, without any data, `broken.test`.
pub struct Authority {
    pub address: SocketAddr,
    server: Child,
    folder: TempDir,
}

const ZONES: [&str; 2] = ["contoso.test", "fabrikam.test"];

impl Authority {
    /// Starts a server. Fails where Knot isn't installed: `./test` does that.
    pub async fn start() -> Self {
        for _ in 0..5 {
            if let Some(started) = Self::try_start(free_port()).await {
                return started;
            }
        }
        panic!("knotd doesn't start; is the package knot installed? `./test` installs it");
    }

    async fn try_start(port: u16) -> Option<Self> {
        let folder = tempfile::Builder::new().prefix("tenantry-dns-").tempdir().unwrap();
        write_files(folder.path(), port);
        let server = Command::new(program("knotd"))
            .arg("-c")
            .arg(folder.path().join("knot.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut started = Self { address: SocketAddr::from(([127, 0, 0, 1], port)), server, folder };
        for _ in 0..100 {
            if started.server.try_wait().unwrap().is_some() {
                return None;
            }
            // The server listens before it has read its zones.
            if ZONES.iter().all(|zone| started.control(&["zone-read", zone, "@", "SOA"])) {
                return Some(started);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        None
    }

    fn control(&self, arguments: &[&str]) -> bool {
        let socket = self.folder.path().join("knot.sock");
        let output = Command::new(program("knotc")).arg("-s").arg(socket).args(arguments).output().unwrap();
        output.status.success()
    }

    fn change(&self, zone: &str, change: &[&str]) {
        assert!(self.control(&["zone-begin", zone]));
        assert!(self.control(change), "{change:?}");
        assert!(self.control(&["zone-commit", zone]));
    }

    /// Adds a record: `owner` is relative to the zone or `@`, `data` as it stands in a zone file.
    pub fn publish(&self, zone: &str, owner: &str, kind: &str, data: &str) {
        self.change(zone, &["zone-set", zone, owner, "60", kind, data]);
    }

    /// Takes all records of a kind away.
    pub fn withdraw(&self, zone: &str, owner: &str, kind: &str) {
        self.change(zone, &["zone-unset", zone, owner, kind]);
    }

    /// The service's own resolver, asking this server.
    pub fn dns(&self) -> Dns {
        dns_at(self.address)
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The service's own resolver, asking whatever listens there.
pub fn dns_at(address: SocketAddr) -> Dns {
    Dns::new(NetworkDns::new(&config::Dns { servers: vec![address], timeout: 2 }))
}

fn program(name: &str) -> String {
    let in_system = format!("/usr/sbin/{name}");
    if Path::new(&in_system).exists() { in_system } else { name.to_owned() }
}

// UDP and TCP need the same number.
fn free_port() -> u16 {
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        if UdpSocket::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

fn write_files(folder: &Path, port: u16) {
    let at = folder.display();
    let mut settings = format!(
        "server:\n  rundir: \"{at}\"\n  listen: 127.0.0.1@{port}\n  udp-workers: 1\n  tcp-workers: 1\n\
         database:\n  storage: \"{at}\"\ncontrol:\n  listen: \"{at}/knot.sock\"\n\
         template:\n  - id: default\n    storage: \"{at}\"\n    zonefile-sync: -1\n\
         zone:\n  - domain: broken.test\n    file: absent.zone\n"
    );
    for zone in ZONES {
        settings.push_str(&format!("  - domain: {zone}\n    file: {zone}.zone\n"));
        let records =
            format!("$ORIGIN {zone}.\n$TTL 60\n@ SOA ns host 1 3600 600 86400 90\n@ NS ns\nns A 127.0.0.1\n");
        std::fs::write(folder.join(format!("{zone}.zone")), records).unwrap();
    }
    std::fs::write(folder.join("knot.conf"), settings).unwrap();
}
