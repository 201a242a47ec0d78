// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import io.github.mtasts4j.testkit.RecipientDomain;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.smtp.SmtpMx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A little internet, and the options that point the command to it. */
final class Lab implements AutoCloseable {

    final StsWorld world = StsWorld.start();
    private final Path anchors;
    private final Set<String> hosts = new LinkedHashSet<>();
    private final List<String> more = new ArrayList<>();

    Lab(Path directory) {
        try {
            anchors = Files.writeString(directory.resolve("anchors.pem"), pem());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String pem() {
        try {
            String text = Base64.getMimeEncoder(64, new byte[] {'\n'})
                    .encodeToString(world.ca().certificate().getEncoded());
            return "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n";
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A domain that does everything right: an MX of its own, {@code enforce}, and reports. */
    RecipientDomain sound(String name) {
        return sound(name, "mx." + name);
    }

    /** The same with other hosts. */
    RecipientDomain sound(String name, String... mxs) {
        RecipientDomain domain = world.domain(name).mx(mxs).enforces(mxs);
        hosts.addAll(List.of(mxs));
        reports(name, "v=TLSRPTv1; rua=mailto:tls@" + name);
        return domain;
    }

    void reports(String name, String record) {
        world.dns().remove("_smtp._tls." + name).txt("_smtp._tls." + name, record);
    }

    SmtpMx mx(String host) {
        hosts.add(host);
        return world.mx(host);
    }

    /** Runs a host that no MX record need name. */
    String host(String name) {
        mx(name);
        return name;
    }

    /** Where a host listens is not said, so that it is looked for on the port of all others. */
    void forget(String host) {
        hosts.remove(host);
    }

    /** An argument before those of {@link #options}. */
    void alsoSay(String... options) {
        more.addAll(List.of(options));
    }

    List<String> options() {
        List<String> options = new ArrayList<>(List.of(
                "--dns",
                "127.0.0.1:" + world.dns().address().getPort(),
                "--trust",
                anchors.toString(),
                "--allow-address",
                "127.0.0.0/8",
                "--https-port",
                String.valueOf(world.policyHost().port())));
        for (String host : hosts) {
            options.add("--connect-to");
            options.add(host + "=127.0.0.1:" + world.mx(host).address().getPort());
        }
        options.addAll(more);
        return options;
    }

    String[] args(String command, String... arguments) {
        List<String> args = new ArrayList<>(List.of(command));
        args.addAll(List.of(arguments));
        args.addAll(options());
        return args.toArray(String[]::new);
    }

    Run run(String command, String... arguments) {
        return in().run(args(command, arguments));
    }

    Run.In in() {
        return new Run.In().clock(world.clock());
    }

    static String latin(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        world.close();
    }
}
