//! DNS over the network: by UDP, by TCP where an answer is truncated, at the servers that the configuration names or
//! else those of the system.

use std::net::SocketAddr;
use std::str::FromStr as _;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use tokio::sync::OnceCell;

use super::{Answer, Kind, LookUpError, Record, Resolver};
use crate::config;

/// How often a server is asked again within the time that a question may take.
const ATTEMPTS: u32 = 2;

/// Asks servers on the network.
pub struct NetworkDns {
    servers: Vec<SocketAddr>,
    timeout: Duration,
    /// Made at the first question: a system that isn't online yet must not stop the start.
    resolver: OnceCell<TokioResolver>,
}

impl NetworkDns {
    #[must_use]
    pub fn new(settings: &config::Dns) -> Self {
        let timeout = Duration::from_secs(settings.timeout.max(1));
        Self { servers: settings.servers.clone(), timeout, resolver: OnceCell::new() }
    }

    async fn resolver(&self) -> Result<&TokioResolver, LookUpError> {
        let made = self.resolver.get_or_try_init(async || self.connect()).await;
        made.map_err(|error| {
            tracing::warn!(%error, "there is no DNS server to ask; set dns.servers");
            LookUpError::ServerFailure
        })
    }

    // Search domains are left out: a name means the same on every machine.
    fn connect(&self) -> Result<TokioResolver, NetError> {
        let servers = if self.servers.is_empty() {
            hickory_resolver::system_conf::read_system_conf()?.0.into_parts().2
        } else {
            self.servers.iter().map(|address| server_at(*address)).collect()
        };
        let mut options = ResolverOpts::default();
        options.timeout = self.timeout / ATTEMPTS;
        options.attempts = ATTEMPTS as usize - 1;
        options.cache_size = 0;
        options.use_hosts_file = ResolveHosts::Never;
        let config = ResolverConfig::from_name_servers(servers);
        TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            .with_options(options)
            .build()
    }

    async fn find(&self, name: &str, kind: Kind) -> Result<Answer, LookUpError> {
        let Ok(mut name) = Name::from_str(name) else { return Err(LookUpError::NoSuchName { ttl: None }) };
        name.set_fqdn(true);
        let resolver = self.resolver().await?;
        let lookup = tokio::time::timeout(self.timeout, resolver.lookup(name, record_type(kind)))
            .await
            .map_err(|_| LookUpError::Timeout)?
            .map_err(|error| reason(&error))?;
        let (mut records, mut ttl) = (Vec::new(), u32::MAX);
        for answer in lookup.answers() {
            if let Some(record) =
                record_of(&answer.data).filter(|_| answer.record_type() == record_type(kind))
            {
                records.push(record);
                ttl = ttl.min(answer.ttl);
            }
        }
        if records.is_empty() {
            Err(LookUpError::NoRecord { ttl: None })
        } else {
            Ok(Answer { records, ttl })
        }
    }
}

impl Resolver for NetworkDns {
    fn ask<'a>(&'a self, name: &'a str, kind: Kind) -> BoxFuture<'a, Result<Answer, LookUpError>> {
        self.find(name, kind).boxed()
    }
}

fn server_at(address: SocketAddr) -> NameServerConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = address.port();
        connection
    });
    NameServerConfig::new(address.ip(), true, connections.into())
}

fn record_type(kind: Kind) -> RecordType {
    match kind {
        Kind::Txt => RecordType::TXT,
        Kind::Mx => RecordType::MX,
        Kind::A => RecordType::A,
        Kind::Aaaa => RecordType::AAAA,
    }
}

fn record_of(data: &RData) -> Option<Record> {
    match data {
        RData::TXT(text) => Some(Record::Text(String::from_utf8_lossy(&text.txt_data.concat()).into_owned())),
        RData::MX(exchange) => {
            let host = exchange.exchange.to_ascii();
            Some(Record::MailExchange(host.trim_end_matches('.').to_ascii_lowercase()))
        }
        RData::A(address) => Some(Record::Address(address.0.into())),
        RData::AAAA(address) => Some(Record::Address(address.0.into())),
        _ => None,
    }
}

fn reason(error: &NetError) -> LookUpError {
    match error {
        NetError::Timeout => LookUpError::Timeout,
        NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
            ResponseCode::NXDomain => LookUpError::NoSuchName { ttl: none.negative_ttl },
            ResponseCode::NoError => LookUpError::NoRecord { ttl: none.negative_ttl },
            _ => LookUpError::ServerFailure,
        },
        error => {
            tracing::debug!(%error, "a DNS server failed");
            LookUpError::ServerFailure
        }
    }
}
