// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.https;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The first TLS record of a client (RFC 8446 §4.1.2), read before it is known what to do with the client. */
final class ClientHello {

    private static final int HANDSHAKE_RECORD = 22;
    private static final int RECORD_HEADER = 5;
    private static final int HANDSHAKE_HEADER = 4;
    private static final int VERSION_AND_RANDOM = 34;
    private static final int SERVER_NAME = 0;

    private final byte[] record;

    private ClientHello(byte[] record) {
        this.record = record;
    }

    /** Reads the record, and nothing after it. */
    static ClientHello read(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        byte[] header = data.readNBytes(RECORD_HEADER);
        if (header.length < RECORD_HEADER || header[0] != HANDSHAKE_RECORD) {
            throw new EOFException("no ClientHello");
        }
        byte[] record = new byte[RECORD_HEADER + ByteBuffer.wrap(header).getShort(3)];
        System.arraycopy(header, 0, record, 0, RECORD_HEADER);
        data.readFully(record, RECORD_HEADER, record.length - RECORD_HEADER);
        return new ClientHello(record);
    }

    /** What was read, for whoever goes on with the handshake. */
    byte[] octets() {
        return record.clone();
    }

    /** The server's name (RFC 6066 §3), or nothing if the client did not say. */
    @Nullable String serverName() {
        try {
            ByteBuffer hello = ByteBuffer.wrap(record);
            skip(hello, RECORD_HEADER + HANDSHAKE_HEADER + VERSION_AND_RANDOM);
            skip(hello, hello.get() & 0xff); // session id
            skip(hello, hello.getShort() & 0xffff); // cipher suites
            skip(hello, hello.get() & 0xff); // compression methods
            hello.getShort(); // length of the extensions
            while (hello.hasRemaining()) {
                int type = hello.getShort();
                int length = hello.getShort() & 0xffff;
                if (type == SERVER_NAME) {
                    return nameIn(hello);
                }
                skip(hello, length);
            }
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return null;
        }
        return null;
    }

    private static String nameIn(ByteBuffer extension) {
        skip(extension, 3); // length of the list, type of the name
        byte[] name = new byte[extension.getShort() & 0xffff];
        extension.get(name);
        return new String(name, StandardCharsets.US_ASCII);
    }

    private static void skip(ByteBuffer buffer, int octets) {
        buffer.position(buffer.position() + octets);
    }
}
