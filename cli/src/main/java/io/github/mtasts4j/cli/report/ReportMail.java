// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.report;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes the report out of the mail that brought it, if it is one. Not a reader of mail: it looks for the one part. */
final class ReportMail {

    private static final Pattern PART =
            Pattern.compile("(?im)^content-type:[ \\t]*application/(tlsrpt\\+)?(gzip|json)\\b");
    private static final Pattern HEADERS_END = Pattern.compile("\\r?\\n[ \\t]*\\r?\\n");
    private static final Pattern BASE64 = Pattern.compile("(?im)^content-transfer-encoding:[ \\t]*base64");

    private ReportMail() {}

    static byte[] unwrap(byte[] octets) {
        if (octets.length == 0 || octets[0] == '{' || octets[0] == 0x1f) {
            return octets;
        }
        String text = new String(octets, StandardCharsets.ISO_8859_1);
        Matcher part = PART.matcher(text);
        if (!part.find()) {
            return octets;
        }
        int begin = text.lastIndexOf("\n--", part.start());
        Matcher end = HEADERS_END.matcher(text);
        if (!end.find(part.start())) {
            return octets;
        }
        String headers = text.substring(Math.max(0, begin), end.start());
        int boundary = text.indexOf("\n--", end.end());
        String body = text.substring(end.end(), boundary < 0 ? text.length() : boundary);
        return BASE64.matcher(headers).find() ? decoded(body) : body.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] decoded(String body) {
        try {
            return Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
