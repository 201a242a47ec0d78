// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.TooLongFrameException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes replies out of octets, strictly and with an end: CRLF after each line, one code in all lines, no control characters,
 * 2 KiB a line, 64 KiB a reply. Whatever else comes is an exception in the pipeline.
 */
final class SmtpReplyDecoder extends LineBasedFrameDecoder {

    private static final int MAX_LINE = 2 * 1024;
    private static final int MAX_REPLY = 64 * 1024;

    private static final Pattern LINE =
            Pattern.compile("([2-5][0-5][0-9])(?:([ -])([\\t\\x20-\\x7e\\x80-\\xff]*))?\\r\\n");

    private final List<String> lines = new ArrayList<>();
    private int octets;
    private int code;

    SmtpReplyDecoder() {
        super(MAX_LINE, false, true); // Keeps the line end, because Netty would take a bare LF for one.
    }

    /** Whether octets have come that belong to no whole reply yet. To be asked on the event loop. */
    boolean hasMore() {
        return !lines.isEmpty() || actualReadableBytes() > 0;
    }

    @Override
    protected @Nullable Object decode(ChannelHandlerContext ctx, ByteBuf buffer) throws Exception {
        ByteBuf frame = (ByteBuf) super.decode(ctx, buffer);
        if (frame == null) {
            return null;
        }
        try {
            return accept(frame.toString(ISO_8859_1));
        } finally {
            frame.release();
        }
    }

    private @Nullable SmtpReply accept(String line) {
        Matcher matcher = LINE.matcher(line);
        octets += line.length();
        if (octets > MAX_REPLY) {
            throw new TooLongFrameException("a reply of more than " + MAX_REPLY + " octets");
        }
        if (!matcher.matches() || (!lines.isEmpty() && code != Integer.parseInt(matcher.group(1)))) {
            throw new CorruptedFrameException("the server does not speak SMTP");
        }
        code = Integer.parseInt(matcher.group(1));
        lines.add(matcher.group(3) == null ? "" : matcher.group(3));
        return "-".equals(matcher.group(2)) ? null : whole();
    }

    private SmtpReply whole() {
        SmtpReply reply = new SmtpReply(code, lines);
        lines.clear();
        octets = 0;
        return reply;
    }
}
