#!/bin/sh
# Makes the certificates and keys of the TLS tests anew, as people make them: with OpenSSL. They are worth nothing elsewhere.
set -eu
cd "$(dirname "$0")"
D=36500
openssl req -x509 -newkey rsa:2048 -nodes -days $D -subj "/CN=Godwit test CA" -keyout ca.key -out ca.crt
sign() { # name, subject, extensions
  openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
  printf '%s\n' "$3" > "$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days $D -extfile "$1.ext" -out "$1.crt"
  rm "$1.csr" "$1.ext"
}
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out server.key
sign server /CN=localhost "subjectAltName=DNS:localhost,IP:127.0.0.1"
for name in client-ec client-ec384; do
  curve=prime256v1; [ $name = client-ec ] || curve=secp384r1
  openssl ecparam -name $curve -genkey -out $name.key                    # SEC 1, with EC PARAMETERS before it
  sign $name /CN=$name "extendedKeyUsage=clientAuth"
  openssl pkcs8 -topk8 -nocrypt -in $name.key -out $name.pkcs8.key
done
openssl genrsa -traditional -out client-rsa.key 2048                     # PKCS#1
sign client-rsa /CN=client-rsa "extendedKeyUsage=clientAuth"
openssl pkcs8 -topk8 -nocrypt -in client-rsa.key -out client-rsa.pkcs8.key
openssl pkcs8 -topk8 -passout pass:secret -in client-rsa.key -out client-rsa.encrypted.key
openssl rsa -aes128 -traditional -passout pass:secret -in client-rsa.key -out client-rsa.encrypted.pkcs1.key
openssl genpkey -algorithm ed25519 -out client-ed.key
sign client-ed /CN=client-ed "extendedKeyUsage=clientAuth"
cat client-ec.crt client-ec.key > client-ec.both.pem
openssl req -x509 -newkey rsa:2048 -nodes -days $D -subj "/CN=Another CA" -keyout other.key -out other-ca.crt
rm -f other.key ca.key ca.srl
