//! Whose service a host is, by its name. Providers say how the hosts of their services are called.

use crate::{domain::ProviderId, registry};

/// Hosts of a provider below one domain.
#[derive(Debug)]
pub(crate) struct Services {
    /// `amazonaws.com`; hosts of it and below it are the provider's.
    pub(crate) domain: &'static str,
    /// Parts of names that say which service: `sqs` in `sqs.eu-west-1.amazonaws.com`. The first that is there counts, and
    /// an empty one is there always.
    pub(crate) named: &'static [(&'static str, &'static str)],
}

/// The provider whose host it is, and which of its services, where its name says that.
pub fn service(host: &str) -> Option<(ProviderId, Option<&'static str>)> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    registry::ALL.iter().find_map(|provider| {
        provider.portable.services.iter().find_map(|services| {
            let before = host.strip_suffix(services.domain)?;
            if !(before.is_empty() || before.ends_with('.')) {
                return None;
            }
            let says = |name: &str| name.is_empty() || before.split('.').any(|part| part == name);
            let named = services.named.iter().find(|(name, _)| says(name));
            Some((provider.id, named.map(|(_, title)| *title)))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_clouds_are_known_by_their_names_and_others_are_not() {
        for (host, provider, title) in [
            ("s3.amazonaws.com", ProviderId::Aws, Some("Amazon S3")),
            ("photos.s3.eu-central-1.amazonaws.com", ProviderId::Aws, Some("Amazon S3")),
            ("dynamodb.eu-west-1.amazonaws.com", ProviderId::Aws, Some("Amazon DynamoDB")),
            ("SQS.us-east-1.amazonaws.com.", ProviderId::Aws, Some("Amazon SQS")),
            ("new-service.us-east-1.amazonaws.com", ProviderId::Aws, None),
            ("s3.cn-north-1.amazonaws.com.cn", ProviderId::Aws, Some("Amazon S3")),
            ("storage.googleapis.com", ProviderId::Gcp, Some("Cloud Storage")),
            ("photos.storage.googleapis.com", ProviderId::Gcp, Some("Cloud Storage")),
            ("oauth2.googleapis.com", ProviderId::Gcp, None),
            ("account.blob.core.windows.net", ProviderId::Azure, Some("Azure Blob Storage")),
            ("bus.servicebus.windows.net", ProviderId::Azure, Some("Azure Service Bus or Event Hubs")),
            ("s3.eu-de.cloud-object-storage.appdomain.cloud", ProviderId::Ibm, Some("Cloud Object Storage")),
            ("a.public.blob.vercel-storage.com", ProviderId::Vercel, Some("Vercel Blob")),
        ] {
            assert_eq!(service(host), Some((provider, title)), "{host}");
        }
        for host in ["example.com", "notamazonaws.com", "s3.amazonaws.com.evil.example", "localhost", ""] {
            assert_eq!(service(host), None, "{host}");
        }
    }
}
