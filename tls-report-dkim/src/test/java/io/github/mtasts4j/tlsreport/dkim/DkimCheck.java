// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.dkim;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Verifies one signature by RFC 6376 §3.4, §3.7 and the JDK alone, so that nobody verifies only what he has signed himself. */
final class DkimCheck {

    private DkimCheck() {}

    static boolean verify(byte[] message, String keyRecord) throws GeneralSecurityException {
        String text = new String(message, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        List<String> fields = new ArrayList<>(List.of(text.substring(0, end).split("\r\n(?![ \t])", -1)));
        String signatureField = fields.stream()
                .filter(field -> field.regionMatches(true, 0, "DKIM-Signature:", 0, 15))
                .findFirst()
                .orElseThrow();
        Map<String, String> tags = tags(signatureField.substring(15));
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] bodyHash = digest.digest(octets(relaxedBody(text.substring(end + 4))));
        if (!MessageDigest.isEqual(bodyHash, base64(tags.getOrDefault("bh", "")))) {
            return false;
        }
        StringBuilder signed = new StringBuilder();
        Collections.reverse(fields); // Of several fields of a name the last counts first.
        for (String name : tags.getOrDefault("h", "").split(":", -1)) {
            for (String field : List.copyOf(fields)) {
                if (field.substring(0, field.indexOf(':')).strip().equalsIgnoreCase(name.strip())) {
                    fields.remove(field);
                    signed.append(relaxed(field)).append("\r\n");
                    break;
                }
            }
        }
        signed.append(relaxed(signatureField.replaceAll("(?s)([;\\s]b=)[^;]*", "$1")));
        Signature verifier = Signature.getInstance("SHA256withRSA");
        verifier.initVerify(key(keyRecord));
        verifier.update(octets(signed.toString()));
        return verifier.verify(base64(tags.getOrDefault("b", "")));
    }

    private static String relaxed(String field) {
        int colon = field.indexOf(':');
        String value = field.substring(colon + 1)
                .replace("\r\n", "")
                .replaceAll("[ \t]+", " ")
                .strip();
        return field.substring(0, colon).strip().toLowerCase(Locale.ROOT) + ":" + value;
    }

    private static String relaxedBody(String body) {
        String lines = body.replaceAll("[ \t]+\r\n", "\r\n").replaceAll("[ \t]+", " ");
        return lines.replaceAll("(\r\n)+$", "") + "\r\n";
    }

    private static PublicKey key(String record) throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA")
                .generatePublic(new X509EncodedKeySpec(base64(tags(record).getOrDefault("p", ""))));
    }

    private static Map<String, String> tags(String list) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (String tag : list.split(";", -1)) {
            int equals = tag.indexOf('=');
            if (equals > 0) {
                tags.put(
                        tag.substring(0, equals).strip(),
                        tag.substring(equals + 1).strip());
            }
        }
        return tags;
    }

    private static byte[] base64(String text) {
        return Base64.getMimeDecoder().decode(text);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
