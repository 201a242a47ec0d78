// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks.load;

import io.github.mtasts4j.testkit.tls.Identity;
import io.github.mtasts4j.testkit.tls.TestCa;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The DNS and the Policy Host of {@link #DOMAINS} domains, in a process of their own, so that their CPU is not counted. As
 * quick as can be: no sessions are resumed, and names without a number that they know do not exist.
 */
public final class Servers {

    /** So many domains have policies. */
    public static final int DOMAINS = 256;

    /** A session that has been invalidated is not resumed, unless the ticket holds all of it. */
    public static final List<String> OPTIONS = List.of("-Djdk.tls.server.enableSessionTicketExtension=false");

    private static final int QUESTION = 12;
    private static final byte[] TXT = "v=STSv1; id=20260101000000;".getBytes(StandardCharsets.US_ASCII);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Identity> identities = new HashMap<>();
    private final TestCa ca = TestCa.root("Benchmark Root");

    /** A domain that has a policy. */
    public static String domain(int number) {
        return "sts" + number % DOMAINS + ".published.example";
    }

    /** Says where they are: the ports of the DNS and of the Policy Host, and a key store with the root. */
    public static void main(String[] arguments) throws Exception {
        Servers servers = new Servers();
        Path trust = Files.createTempFile("benchmark-root", ".der");
        trust.toFile().deleteOnExit();
        Files.write(trust, servers.ca.certificate().getEncoded());
        InetAddress loopback = InetAddress.getLoopbackAddress();
        DatagramSocket dns = new DatagramSocket(new InetSocketAddress(loopback, 0));
        for (int i = 0; i < DOMAINS; i++) {
            String host = "mta-sts." + domain(i);
            servers.identities.put(host, servers.ca.issue(host));
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {servers.new BySni()}, null, null);
        SSLServerSocket https =
                (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 512, loopback);
        for (int i = 0; i < 2; i++) {
            servers.threads.execute(() -> answer(dns));
        }
        System.out.println(dns.getLocalPort() + " " + https.getLocalPort() + " " + trust);
        while (true) {
            SSLSocket socket = (SSLSocket) https.accept();
            servers.threads.execute(() -> serve(socket));
        }
    }

    // ---- DNS ----

    private static void answer(DatagramSocket socket) {
        byte[] buffer = new byte[1500];
        while (true) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                byte[] reply = reply(buffer, packet.getLength());
                socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
            } catch (IOException e) {
                return;
            }
        }
    }

    /** One question as any client asks it, and what it has behind that (EDNS) is left out. */
    private static byte[] reply(byte[] query, int length) {
        int end = QUESTION;
        while (query[end] != 0) {
            end += 1 + query[end];
        }
        end += 5;
        boolean exists = query[QUESTION] == "_mta-sts".length() && query[QUESTION + 10] == 's';
        ByteBuffer reply = ByteBuffer.allocate(Math.max(length, end) + 128);
        reply.put(query, 0, end);
        reply.putShort(2, (short) (exists ? 0x8580 : 0x8583)); // NXDOMAIN
        reply.putShort(6, (short) (exists ? 1 : 0));
        reply.putShort(8, (short) (exists ? 0 : 1));
        reply.putShort(10, (short) 0);
        reply.putShort((short) 0xc00c);
        if (exists) {
            reply.putShort((short) 16).putShort((short) 1).putInt(3600).putShort((short) (TXT.length + 1));
            reply.put((byte) TXT.length).put(TXT);
        } else { // SOA, with names as short as can be
            reply.putShort((short) 6).putShort((short) 1).putInt(3600).putShort((short) 24);
            reply.putShort((short) 0xc00c).putShort((short) 0xc00c);
            reply.putInt(1).putInt(3600).putInt(3600).putInt(3600).putInt(3600);
        }
        byte[] octets = new byte[reply.position()];
        reply.get(0, octets);
        return octets;
    }

    // ---- HTTPS ----

    private static void serve(SSLSocket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.startHandshake();
            socket.getSession().invalidate();
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[4096];
            int length = 0;
            while (length < 4 || !new String(buffer, length - 4, 4, StandardCharsets.US_ASCII).equals("\r\n\r\n")) {
                int read = in.read(buffer, length, buffer.length - length);
                if (read < 0) {
                    return;
                }
                length += read;
            }
            OutputStream out = socket.getOutputStream();
            out.write(response());
            out.flush();
        } catch (IOException e) {
            System.err.println("Policy Host: " + e);
        }
    }

    private static byte[] response() {
        String policy = lines(
                "version: STSv1",
                "mode: enforce",
                "mx: mx1.mailhosting.example",
                "mx: mx2.mailhosting.example",
                "mx: *.mailhosting.example",
                "max_age: 604800");
        String head = lines(
                "HTTP/1.1 200 OK",
                "Content-Type: text/plain",
                "Connection: close",
                "Content-Length: " + policy.length(),
                "");
        return (head + policy).getBytes(StandardCharsets.US_ASCII);
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    /** The certificate that the client asks for. */
    private final class BySni extends X509ExtendedKeyManager {

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            if (!keyType.startsWith("EC") || !(socket instanceof SSLSocket tls)) {
                return null;
            }
            ExtendedSSLSession session = (ExtendedSSLSession) tls.getHandshakeSession();
            return ((SNIHostName) session.getRequestedServerNames().get(0)).getAsciiName();
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return null;
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            Identity identity = identities.get(alias);
            return identity == null ? null : identity.chain().toArray(new X509Certificate[0]);
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            Identity identity = identities.get(alias);
            return identity == null ? null : identity.key();
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }
    }
}
