// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A question as Postfix asks it. */
final class Socketmap {

    private Socketmap() {}

    static String ask(SocketAddress server, String key) throws IOException {
        try (SocketChannel channel = server instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open()) {
            channel.connect(server);
            byte[] request = ("postfix " + key).getBytes(StandardCharsets.UTF_8);
            ByteBuffer octets =
                    ByteBuffer.wrap((request.length + ":" + new String(request, StandardCharsets.UTF_8) + ",")
                            .getBytes(StandardCharsets.UTF_8));
            while (octets.hasRemaining()) {
                channel.write(octets);
            }
            return netstring(Channels.newInputStream(channel));
        }
    }

    private static String netstring(InputStream in) throws IOException {
        int length = 0;
        for (int digit = in.read(); digit != ':'; digit = in.read()) {
            assertThat(digit).isBetween((int) '0', (int) '9');
            length = length * 10 + digit - '0';
        }
        String text = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        assertThat(in.read()).isEqualTo(',');
        return text;
    }
}
