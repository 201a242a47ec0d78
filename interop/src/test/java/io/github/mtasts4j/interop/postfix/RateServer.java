// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.dns.DnsJavaResolver;
import io.github.mtasts4j.http.AddressGuard;
import io.github.mtasts4j.http.ApachePolicyFetcher;
import io.github.mtasts4j.postfix.PostfixServer;
import io.github.mtasts4j.tls.CertificateVerifier;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A process of {@link Rates}: our server, or the least that a server in Java can do, which is to say the same to everybody. Says
 * its port, and ends with its standard input.
 */
final class RateServer {

    private static final byte[] FIXED =
            "51:OK secure match=mx.bare.example servername=hostname,".getBytes(StandardCharsets.US_ASCII);

    private RateServer() {}

    /** Takes {@code bare}, or the DNS server's address, the file with the trusted certificate, and whose cryptography it is. */
    public static void main(String[] args) throws Exception {
        if (args[args.length - 1].equals("native")) {
            AmazonCorrettoCryptoProvider.install();
        }
        int port = args[0].equals("bare") ? bare() : ours(args[0], Path.of(args[1]));
        System.out.println("port " + port);
        while (System.in.read() >= 0) {
            // Nobody says anything.
        }
        System.exit(0);
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static int ours(String dnsServer, Path trusted) throws Exception {
        DnsJavaResolver dns =
                DnsJavaResolver.servers(new InetSocketAddress(dnsServer, 53)).build();
        ApachePolicyFetcher fetcher = ApachePolicyFetcher.builder()
                .addresses(dns.addressLookup())
                .addressGuard(AddressGuard.publicOnly().allowing("127.0.0.0/8"))
                .trust(CertificateVerifier.trusting(List.of(certificate(trusted))))
                .build();
        MtaSts sts = MtaSts.builder(dns.txtLookup(), fetcher).build();
        PostfixServer server = PostfixServer.builder(sts)
                .mxNames(domain -> dns.mxLookup().lookup(domain).candidates())
                .listen(anyPort());
        return ((InetSocketAddress) server.address()).getPort();
    }

    private static X509Certificate certificate(Path file) throws Exception {
        try (InputStream in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static int bare() throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open().bind(anyPort(), 512);
        start(() -> {
            while (true) {
                SocketChannel connection = listener.accept();
                start(() -> sayTheSame(connection));
            }
        });
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    private static void sayTheSame(SocketChannel connection) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(1024);
        while (connection.read(in.clear()) >= 0) {
            connection.write(ByteBuffer.wrap(FIXED));
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // The peer has gone.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
