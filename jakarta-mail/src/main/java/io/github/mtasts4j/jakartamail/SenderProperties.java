// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

/** The sender's own properties, and what each connection's session makes of them. */
final class SenderProperties {

    private static final String SMTP = "mail.smtp.";

    /** RFC 5321 §4.5.3.2. */
    private static final Duration REPLY_TIMEOUT = Duration.ofMinutes(5);

    /** How TLS is done, to whom a socket leads and who is told a password: nothing of it may come from elsewhere. */
    private static final List<String> OURS = List.of(
            "ssl.",
            "starttls.",
            "socketFactory",
            "socks.",
            "auth",
            "sasl.",
            "user",
            "password",
            "ehlo",
            "host",
            "port");

    private final Properties given;
    private final Proxy proxy;

    /**
     * Keeps a copy.
     *
     * @throws IllegalArgumentException if there is a socket factory, which would be left out silently, or a SOCKS port that is
     *     none
     */
    SenderProperties(Properties sender) {
        this.given = copy(sender);
        if (given.keySet().stream().anyMatch(key -> String.valueOf(key).startsWith(SMTP + "socketFactory"))) {
            throw new IllegalArgumentException("mail.smtp.socketFactory: the sockets are made here");
        }
        this.proxy = proxyOf(given);
    }

    /** Defaults of {@code Properties} are no entries of theirs; objects are no strings. Both count. */
    private static Properties copy(Properties from) {
        Properties copy = new Properties();
        from.stringPropertyNames().forEach(name -> copy.setProperty(name, from.getProperty(name)));
        copy.putAll(from);
        return copy;
    }

    /** Whether the sender's own rules forbid plaintext, whatever a policy says. */
    boolean requireTls() {
        return Boolean.parseBoolean(String.valueOf(given.get(SMTP + "starttls.required")));
    }

    /** A SOCKS proxy, which providers forget where they are given a socket factory. */
    Proxy proxy() {
        return proxy;
    }

    /** The time for a handshake as a whole: what the sender gives one reply, and never without an end. */
    Duration handshakeLimit() {
        try {
            int millis = Integer.parseInt(String.valueOf(given.get(SMTP + "timeout")));
            return millis > 0 ? Duration.ofMillis(millis) : REPLY_TIMEOUT;
        } catch (NumberFormatException e) {
            return REPLY_TIMEOUT;
        }
    }

    private static Proxy proxyOf(Properties given) {
        String host = given.getProperty(SMTP + "socks.host");
        if (host == null) {
            return Proxy.NO_PROXY;
        }
        int colon = host.indexOf(':');
        String port = colon < 0 ? given.getProperty(SMTP + "socks.port", "1080") : host.substring(colon + 1);
        String name = colon < 0 ? host : host.substring(0, colon);
        return new Proxy(Proxy.Type.SOCKS, new InetSocketAddress(name, Integer.parseInt(port.trim())));
    }

    /** For the session of one connection. */
    Properties forConnection(ConnectionSockets sockets, boolean startTls) {
        Properties session = copy(given);
        session.keySet().removeIf(key -> isOurs(String.valueOf(key)));
        session.setProperty(SMTP + "starttls.enable", String.valueOf(startTls));
        session.setProperty(SMTP + "starttls.required", "false"); // The decision says whether, after it has been told.
        session.setProperty(SMTP + "ssl.enable", "false");
        session.setProperty(SMTP + "ssl.checkserveridentity", "false"); // Judged afterwards, and by stricter rules.
        session.setProperty(SMTP + "auth", "false"); // A password would be told before the host is judged.
        session.setProperty(SMTP + "socketFactory.fallback", "false"); // Or a second socket is made, not by ours.
        session.put(SMTP + "socketFactory", sockets.plainFactory());
        session.put(SMTP + "ssl.socketFactory", sockets.tlsFactory());
        session.putIfAbsent(SMTP + "connectiontimeout", "60000"); // Without these a provider waits for ever.
        session.putIfAbsent(SMTP + "timeout", String.valueOf(REPLY_TIMEOUT.toMillis()));
        return session;
    }

    private static boolean isOurs(String key) {
        return key.startsWith(SMTP) && OURS.stream().anyMatch(ours -> matches(key.substring(SMTP.length()), ours));
    }

    private static boolean matches(String name, String ours) {
        return name.equals(ours) || name.startsWith(ours.endsWith(".") ? ours : ours + ".");
    }
}
