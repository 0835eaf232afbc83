package run.ephemeral.engine.kubernetes.client;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/// Reads certificates and private keys as kubeconfigs have them: X.509, and PKCS#8, PKCS#1 or SEC1
/// without a passphrase. The JDK reads keys in PKCS#8 only, so the older forms are wrapped.
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

  // AlgorithmIdentifier of rsaEncryption with NULL parameters, and the OID of id-ecPublicKey.
  private static final byte[] RSA = {
    0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };
  private static final byte[] EC = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};
  private static final byte[] VERSION_0 = {2, 1, 0};
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 4;
  private static final int EC_PARAMETERS = 0xa0;

  private Pem() {}

  static List<Certificate> certificates(String pem) throws CertificateException {
    return List.copyOf(
        CertificateFactory.getInstance("X.509")
            .generateCertificates(
                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
  }

  static PrivateKey key(String pem) throws GeneralSecurityException {
    var matcher = BLOCK.matcher(pem);
    while (matcher.find()) {
      var der = Base64.getMimeDecoder().decode(matcher.group(2));
      switch (matcher.group(1)) {
        case "PRIVATE KEY" -> {
          return decode(der);
        }
        case "RSA PRIVATE KEY" -> {
          return KeyFactory.getInstance("RSA").generatePrivate(wrap(RSA, der));
        }
        case "EC PRIVATE KEY" -> {
          return KeyFactory.getInstance("EC").generatePrivate(wrap(curve(der), der));
        }
        default -> {}
      }
    }
    throw new GeneralSecurityException("there is no unencrypted private key in PEM form");
  }

  private static PrivateKey decode(byte[] der) throws GeneralSecurityException {
    for (var algorithm : List.of("EC", "RSA", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (java.security.spec.InvalidKeySpecException e) {
        // Of another algorithm.
      }
    }
    throw new GeneralSecurityException("the private key is neither EC, RSA nor Ed25519");
  }

  private static PKCS8EncodedKeySpec wrap(byte[] algorithm, byte[] key) {
    return new PKCS8EncodedKeySpec(
        element(SEQUENCE, VERSION_0, algorithm, element(OCTET_STRING, key)));
  }

  /// SEC1: SEQUENCE { INTEGER 1, OCTET STRING, [0] OID of the curve, … }.
  private static byte[] curve(byte[] sec1) throws GeneralSecurityException {
    try {
      var at = content(sec1, 0);
      while (at < sec1.length) {
        var inside = content(sec1, at);
        if ((sec1[at] & 0xff) == EC_PARAMETERS) {
          var oid = java.util.Arrays.copyOfRange(sec1, inside, end(sec1, at));
          return element(SEQUENCE, EC, oid);
        }
        at = end(sec1, at);
      }
    } catch (ArrayIndexOutOfBoundsException e) {
      throw new GeneralSecurityException("the EC private key is cut off", e);
    }
    throw new GeneralSecurityException("the EC private key does not name its curve");
  }

  /// Where the content of the element at this index begins.
  private static int content(byte[] der, int at) {
    var length = der[at + 1] & 0xff;
    return at + 2 + (length < 0x80 ? 0 : length - 0x80);
  }

  private static int end(byte[] der, int at) {
    var length = der[at + 1] & 0xff;
    if (length >= 0x80) {
      var bytes = length - 0x80;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = (length << 8) | (der[at + 2 + i] & 0xff);
      }
    }
    return content(der, at) + length;
  }

  private static byte[] element(int tag, byte[]... parts) {
    var body = new ByteArrayOutputStream();
    for (var part : parts) {
      body.writeBytes(part);
    }
    var out = new ByteArrayOutputStream();
    out.write(tag);
    if (body.size() < 0x80) {
      out.write(body.size());
    } else {
      out.write(0x82);
      out.write(body.size() >> 8);
      out.write(body.size());
    }
    out.writeBytes(body.toByteArray());
    return out.toByteArray();
  }
}
