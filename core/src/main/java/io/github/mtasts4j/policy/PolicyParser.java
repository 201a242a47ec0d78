// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import io.github.mtasts4j.policy.PolicyText.Phrase;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads a policy: the grammar of §3.2, over octets, line by line. The first defect ends it; nothing is ever guessed,
 * cut or half used.
 */
public final class PolicyParser {

    /** A body longer than this is refused with {@link Defect#LIMIT} (§3.3 suggests the figure). */
    public static final int MAX_BODY_OCTETS = 65_536;

    /** A policy with more {@code mx} than this is refused with {@link Defect#LIMIT}. */
    public static final int MAX_MX = 256;

    /** A line longer than this is refused with {@link Defect#LIMIT}. */
    public static final int MAX_LINE_OCTETS = 1024;

    /** A policy of more lines than this is refused with {@link Defect#LIMIT}. */
    public static final int MAX_LINES = 512;

    private static final long LONGEST_MAX_AGE = Policy.LONGEST_MAX_AGE.toSeconds();
    private static final int MAX_AGE_DIGITS = 10;
    private static final long UNKNOWN = -1;
    private static final byte[] VERSION = Octets.ascii("version");
    private static final byte[] MODE = Octets.ascii("mode");
    private static final byte[] MAX_AGE = Octets.ascii("max_age");
    private static final byte[] MX = Octets.ascii("mx");
    private static final byte[] STS_V1 = Octets.ascii("STSv1");
    private static final Mode[] MODES = Mode.values();
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final Grammar grammar;

    /**
     * Makes a parser.
     *
     * @param grammar how closely to follow the ABNF
     */
    public PolicyParser(Grammar grammar) {
        this.grammar = grammar;
    }

    /**
     * Reads a policy.
     *
     * @param body the octets of the response body
     * @return the policy, or what is wrong with it and in which line
     */
    public Parsed<Policy> parse(byte[] body) {
        if (body.length > MAX_BODY_OCTETS) {
            return new Parsed.Malformed<>(
                    Defect.LIMIT,
                    0,
                    "the policy has " + body.length + " octets, at most " + MAX_BODY_OCTETS + " count");
        }
        Scan scan = new Scan(body);
        Parsed<Policy> policy = scan.policy();
        return scan.unusual && !isUtf8(body)
                ? new Parsed.Malformed<>(Defect.ENCODING, 0, "the policy is not UTF-8")
                : policy;
    }

    private static boolean isUtf8(byte[] body) {
        if (Octets.isAscii(body)) {
            return true;
        }
        try {
            // Unlike new String(..., UTF_8), a fresh decoder reports instead of replacing.
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** One pass over one body; holds the first occurrence of each field. */
    private final class Scan {

        private final byte[] body;
        private final PolicyText.Builder text;
        private int lineNumber;
        private boolean unusual; // Whether there is a line that may have other octets than ASCII in it.
        private boolean version;
        private @Nullable Mode mode;
        private long maxAge = UNKNOWN;
        private Parsed.@Nullable Malformed<Policy> defect;

        Scan(byte[] body) {
            this.body = body;
            this.text = new PolicyText.Builder(body);
        }

        Parsed<Policy> policy() {
            int at = grammar == Grammar.LENIENT && hasByteOrderMark() ? BYTE_ORDER_MARK.length : 0;
            do {
                int newline = Octets.endOfLine(body, at);
                int end = newline > at && newline < body.length && body[newline - 1] == '\r' ? newline - 1 : newline;
                line(at, end);
                at = newline + 1;
                // The last terminator is optional, so nothing behind it is no line; but the first line has to be there.
            } while (defect == null && at < body.length);
            return defect == null ? complete() : defect;
        }

        private boolean hasByteOrderMark() {
            return body.length >= 3
                    && body[0] == BYTE_ORDER_MARK[0]
                    && body[1] == BYTE_ORDER_MARK[1]
                    && body[2] == BYTE_ORDER_MARK[2];
        }

        /** {@code sts-policy-field *WSP}: name, colon, optional white space, value, optional white space. */
        private void line(int from, int to) {
            lineNumber++;
            if (to - from > MAX_LINE_OCTETS || lineNumber > MAX_LINES) {
                unusual = true;
                fail(Defect.LIMIT, "more than " + MAX_LINE_OCTETS + " octets in a line, or " + MAX_LINES + " lines");
                return;
            }
            int end = to;
            while (end > from && Octets.isWhiteSpace(body[end - 1])) {
                end--;
            }
            if (end == from && grammar == Grammar.LENIENT) {
                return;
            }
            int phrase = text.line(from, to);
            if (phrase != Phrase.NONE && isPlain(phrase, from, end)) {
                return;
            }
            unusual = true;
            int colon = colon(from, end);
            int start = skipWhiteSpace(Math.min(colon + 1, end), end);
            if (isPlain(from, colon, start, end)) {
                return;
            }
            if (colon == end || !Octets.isFieldName(body, from, colon) || !isValue(start, end)) {
                fail(Defect.SYNTAX, "not a \"name: value\" line: \"" + RemoteText.safe(value(from, to)) + "\"");
            } else {
                field(from, colon, start, end);
            }
        }

        /** Takes a line that begins as most do, if it leaves no question; it needs no second look. */
        private boolean isPlain(int phrase, int from, int end) {
            int behind =
                    Math.min(Phrase.end(phrase, from), end); // A phrase may end in white space, which does not count.
            return switch (phrase) {
                case Phrase.MX_LINE -> isPlainMx(skipWhiteSpace(behind, end), end);
                case Phrase.MAX_AGE_LINE -> isPlainMaxAge(skipWhiteSpace(behind, end), end);
                case Phrase.VERSION_LINE -> {
                    boolean plain = behind == end && !version;
                    version |= plain;
                    yield plain;
                }
                default -> {
                    boolean plain = behind == end && mode == null;
                    mode = plain ? modeIn(phrase) : mode;
                    yield plain;
                }
            };
        }

        private int skipWhiteSpace(int from, int end) {
            int next = from;
            while (next < end && Octets.isWhiteSpace(body[next])) {
                next++;
            }
            return next;
        }

        private static Mode modeIn(int phrase) {
            return switch (phrase) {
                case Phrase.ENFORCE_LINE -> Mode.ENFORCE;
                case Phrase.TESTING_LINE -> Mode.TESTING;
                default -> Mode.NONE;
            };
        }

        private boolean isPlainMx(int start, int end) {
            boolean plain = text.patterns() < MAX_MX && isCanonicalPattern(start, end);
            if (plain) {
                text.patternAt(start, end);
            }
            return plain;
        }

        private boolean isPlainMaxAge(int start, int end) {
            if (maxAge == UNKNOWN) {
                maxAge = maxAge(start, end);
                return maxAge != UNKNOWN;
            }
            return false;
        }

        /** The same for a field that is known, however its line begins. */
        private boolean isPlain(int from, int colon, int start, int end) {
            if (isWord(MX, from, colon)) {
                return isPlainMx(start, end);
            }
            if (mode == null && isWord(MODE, from, colon)) {
                mode = mode(start, end);
                return mode != null;
            }
            if (!version && isWord(VERSION, from, colon)) {
                version = isWord(STS_V1, start, end);
                return version;
            }
            return isWord(MAX_AGE, from, colon) && isPlainMaxAge(start, end);
        }

        /**
         * What is left: known fields that come again or are not plain, and everything else, which is an extension and ignored.
         * §3.2: of a duplicate only the first counts, so a later one need not even make sense, while a malformed first one is an
         * error (decision D9).
         */
        private void field(int from, int colon, int start, int end) {
            if (isWord(VERSION, from, colon)) {
                if (!version) {
                    fail(Defect.UNSUPPORTED_VERSION, "version is \"" + RemoteText.safe(value(start, end)) + "\"");
                }
            } else if (isWord(MODE, from, colon)) {
                if (mode == null) {
                    fail(Defect.INVALID_MODE, "mode is \"" + RemoteText.safe(value(start, end)) + "\"");
                }
            } else if (isWord(MAX_AGE, from, colon)) {
                if (maxAge == UNKNOWN) {
                    fail(Defect.INVALID_MAX_AGE, "max_age is \"" + RemoteText.safe(value(start, end)) + "\"");
                }
            } else if (isWord(MX, from, colon)) {
                mx(start, end);
            } // §3.2: unknown fields SHALL be ignored.
        }

        private boolean isWord(byte[] word, int from, int to) {
            return to - from == word.length && Octets.areAt(word, body, from);
        }

        private @Nullable Mode mode(int start, int end) {
            for (Mode candidate : MODES) {
                if (isKeyword(candidate.keyword(), start, end)) {
                    return candidate;
                }
            }
            return null;
        }

        private boolean isKeyword(String keyword, int from, int to) {
            boolean same = keyword.length() == to - from;
            for (int i = 0; same && i < keyword.length(); i++) {
                same = body[from + i] == keyword.charAt(i);
            }
            return same;
        }

        /** {@code 1*10(DIGIT)}: ten digits overflow an int, and Integer.parseInt takes signs and other scripts. */
        private long maxAge(int start, int end) {
            if (start == end || end - start > MAX_AGE_DIGITS) {
                return UNKNOWN;
            }
            long seconds = 0;
            for (int i = start; i < end; i++) {
                int digit = body[i] - '0';
                if (digit < 0 || digit > 9) {
                    return UNKNOWN;
                }
                seconds = seconds * 10 + digit;
            }
            // max_age bounds what a sender may keep, so keeping it for less than asked always conforms (decision D7).
            return Math.min(seconds, LONGEST_MAX_AGE);
        }

        private void mx(int start, int end) {
            if (text.patterns() == MAX_MX) {
                fail(Defect.LIMIT, "more than " + MAX_MX + " mx");
                return;
            }
            Parsed<MxPattern> pattern = MxPattern.parse(value(start, end), grammar);
            if (pattern instanceof Parsed.Malformed<MxPattern> malformed) {
                fail(malformed.defect(), malformed.detail());
            } else {
                text.pattern(pattern.orElseThrow().toString());
            }
        }

        private boolean isCanonicalPattern(int start, int end) {
            int name = end - start > 2 && body[start] == '*' && body[start + 1] == '.' ? start + 2 : start;
            return CanonicalForm.isIn(body, name, end);
        }

        private Parsed<Policy> complete() {
            if (!text.hasLine()) {
                return new Parsed.Malformed<>(Defect.SYNTAX, 0, "the policy has no field at all");
            }
            if (!version) {
                return missing(Defect.MISSING_VERSION, "version");
            }
            if (mode == null) {
                return missing(Defect.MISSING_MODE, "mode");
            }
            if (maxAge == UNKNOWN) {
                return missing(Defect.MISSING_MAX_AGE, "max_age");
            }
            if (text.patterns() == 0 && mode != Mode.NONE) {
                return missing(Defect.MISSING_MX, "mx, which mode " + mode.keyword() + " requires");
            }
            return new Parsed.Ok<>(new Policy(mode, maxAge, text));
        }

        private Parsed<Policy> missing(Defect defect, String field) {
            return new Parsed.Malformed<>(defect, 0, "the policy has no " + field);
        }

        /** {@code sts-policy-ext-value}: no control character, not even a tab; whether the octets are UTF-8 is asked afterwards. */
        private boolean isValue(int start, int end) {
            for (int i = start; i < end; i++) {
                if ((body[i] >= 0 && body[i] < 0x20) || body[i] == 0x7f) {
                    return false;
                }
            }
            return start < end;
        }

        private int colon(int from, int to) {
            int i = from;
            while (i < to && body[i] != ':') {
                i++;
            }
            return i;
        }

        private String value(int start, int end) {
            return new String(body, start, end - start, StandardCharsets.UTF_8);
        }

        private void fail(Defect what, String detail) {
            defect = new Parsed.Malformed<>(what, lineNumber, "line " + lineNumber + ": " + detail);
        }
    }
}
