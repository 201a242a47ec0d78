// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.tls;

import java.nio.ByteBuffer;

/** The first flight of servers that JSSE no longer plays, written by hand (RFC 4346 §7.2, §7.4.1.3). */
public final class OldTls {

    private static final byte ALERT = 21;
    private static final byte HANDSHAKE = 22;
    private static final short TLS_1_1 = 0x0302;
    private static final byte FATAL = 2;
    private static final byte HANDSHAKE_FAILURE = 40;
    private static final byte SERVER_HELLO = 2;
    private static final int RANDOM_LENGTH = 32;
    private static final short TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA = (short) 0xc013;

    private OldTls() {}

    /**
     * A refusal of the handshake.
     *
     * @return a record with the fatal alert {@code handshake_failure}
     */
    public static byte[] handshakeFailure() {
        return record(ALERT, new byte[] {FATAL, HANDSHAKE_FAILURE});
    }

    /**
     * The choice of a server that knows nothing newer than TLS 1.1.
     *
     * @return a record with its ServerHello
     */
    public static byte[] serverHello() {
        byte noSessionId = 0;
        byte noCompression = 0;
        byte[] body = ByteBuffer.allocate(2 + RANDOM_LENGTH + 4)
                .putShort(TLS_1_1)
                .put(new byte[RANDOM_LENGTH])
                .put(noSessionId)
                .putShort(TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA)
                .put(noCompression)
                .array();
        ByteBuffer message = ByteBuffer.allocate(4 + body.length);
        message.putInt(SERVER_HELLO << 24 | body.length).put(body);
        return record(HANDSHAKE, message.array());
    }

    private static byte[] record(byte type, byte[] content) {
        return ByteBuffer.allocate(5 + content.length)
                .put(type)
                .putShort(TLS_1_1)
                .putShort((short) content.length)
                .put(content)
                .array();
    }
}
