// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.smtp;

import io.github.mtasts4j.testkit.smtp.MxFault.AddsTo;
import io.github.mtasts4j.testkit.smtp.MxFault.AfterHandshake;
import io.github.mtasts4j.testkit.smtp.MxFault.Always;
import io.github.mtasts4j.testkit.smtp.MxFault.Answers;
import io.github.mtasts4j.testkit.smtp.MxFault.HangsUpAfter;
import io.github.mtasts4j.testkit.smtp.MxFault.HangsUpAt;
import io.github.mtasts4j.testkit.smtp.MxFault.InsteadOfTls;
import io.github.mtasts4j.testkit.smtp.MxFault.OffersOverTls;
import io.github.mtasts4j.testkit.smtp.MxFault.OverTls;
import io.github.mtasts4j.testkit.smtp.MxFault.StaysSilentAt;
import io.github.mtasts4j.testkit.tls.OldTls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.StandardConstants;
import org.jspecify.annotations.Nullable;

/** One connection to an {@link SmtpMx}. */
final class SmtpMxSession {

    private static final int MAX_COMMAND = 2048;
    private static final int MAX_TEXT_LINE = 64 * 1024;
    private static final int MAX_MESSAGE = 10 * 1024 * 1024;
    private static final int MAX_IGNORED = 1024 * 1024;
    private static final int PATIENCE_MILLIS = 60_000;

    private final SmtpMx mx;
    private final Socket connection;
    private Socket channel;
    private SmtpLines in;
    private OutputStream out;

    private Optional<MxHandshake> tls = Optional.empty();
    private boolean greeted;
    private @Nullable String from;
    private final List<String> recipients = new ArrayList<>();
    private int answered;

    SmtpMxSession(SmtpMx mx, Socket connection) throws IOException {
        this.mx = mx;
        this.connection = connection;
        this.channel = connection;
        this.in = new SmtpLines(connection.getInputStream());
        this.out = connection.getOutputStream();
        connection.setSoTimeout(PATIENCE_MILLIS);
        connection.setTcpNoDelay(true);
    }

    void run() throws IOException {
        try {
            converse();
        } catch (SmtpProtocolException e) {
            answer("", "500 " + e.getMessage());
        }
        sayGoodbye();
    }

    private void converse() throws IOException {
        boolean more = !hangsUpAt(MxFault.CONNECT) && answer(MxFault.CONNECT, "220 mx.testkit ESMTP") == 220;
        while (more) {
            more = obey(in.read(MAX_COMMAND));
        }
    }

    private boolean obey(String line) throws IOException {
        mx.record(new ReceivedCommand(line, tls.isPresent()));
        if (faults(HangsUpAfter.class).anyMatch(fault -> answered >= fault.commands())) {
            return false;
        }
        answered++;
        String verb = line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
        if (hangsUpAt(verb)) {
            return false;
        }
        return staysSilentAt(verb) || obey(verb, line.substring(verb.length()).trim());
    }

    private boolean hangsUpAt(String command) {
        return faults(HangsUpAt.class).anyMatch(fault -> fault.command().equals(command));
    }

    private boolean staysSilentAt(String command) {
        return faults(StaysSilentAt.class).anyMatch(fault -> fault.command().equals(command));
    }

    private boolean obey(String verb, String arguments) throws IOException {
        switch (verb) {
            case "EHLO" -> greet(verb, capabilities());
            case "HELO" -> greet(verb, "250 mx.testkit");
            case "STARTTLS" -> {
                return startTls(arguments);
            }
            case "MAIL" -> mail(arguments);
            case "RCPT" -> rcpt(arguments);
            case "DATA" -> {
                return data();
            }
            case "RSET" -> {
                forgetMail();
                answer(verb, "250 forgotten");
            }
            case "NOOP" -> answer(verb, "250 done");
            case "VRFY" -> answer(verb, "252 try and see");
            case "QUIT" -> {
                answer(verb, "221 bye");
                return false;
            }
            default -> answer(verb, "500 unknown command");
        }
        return true;
    }

    private void greet(String verb, String reply) throws IOException {
        forgetMail();
        greeted = answer(verb, reply) == 250;
    }

    private String capabilities() {
        List<String> lines = new ArrayList<>(List.of("mx.testkit"));
        Optional<OffersOverTls> others =
                tls.isPresent() ? faults(OffersOverTls.class).findFirst() : Optional.empty();
        lines.addAll(others.map(OffersOverTls::capabilities).orElse(List.of("SIZE " + MAX_MESSAGE, "8BITMIME")));
        if (tls.isEmpty() && offersStartTls()) {
            lines.add("STARTTLS");
        }
        int last = lines.size() - 1;
        StringBuilder reply = new StringBuilder();
        lines.subList(0, last).forEach(line -> reply.append("250-").append(line).append("\r\n"));
        return reply.append("250 ").append(lines.get(last)).toString();
    }

    private boolean offersStartTls() {
        return !mx.faults().contains(Always.NO_STARTTLS);
    }

    private boolean startTls(String arguments) throws IOException {
        if (tls.isPresent() || !offersStartTls()) {
            answer("STARTTLS", tls.isPresent() ? "503 TLS is up" : "502 not here");
            return true;
        }
        if (!arguments.isEmpty()) {
            answer("STARTTLS", "501 no parameters, please");
            return true;
        }
        if (in.hasMore()) {
            return false; // RFC 3207 §4.2 from the server's side: nothing may be said between STARTTLS and TLS.
        }
        if (answer("STARTTLS", "220 go ahead") != 220) {
            return true;
        }
        Optional<InsteadOfTls> instead = faults(InsteadOfTls.class).findFirst();
        if (instead.isPresent()) {
            misplay(instead.get());
            return false;
        }
        shakeHands();
        return true;
    }

    private void misplay(InsteadOfTls fault) throws IOException {
        if (connection.getInputStream().read() < 0) {
            return;
        }
        switch (fault) {
            case PLAINTEXT -> out.write("250 in the clear\r\n".getBytes(StandardCharsets.US_ASCII));
            case ALERT -> out.write(OldTls.handshakeFailure());
            case TLS_1_1 -> out.write(OldTls.serverHello());
            case SILENCE -> ignoreRest();
            case HANG_UP -> {} // As every session ends.
        }
    }

    private void shakeHands() throws IOException {
        SSLSocket socket = (SSLSocket) mx.tls().getSocketFactory().createSocket(connection, null, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(mx.tlsVersions().toArray(String[]::new));
        parameters.setSNIMatchers(List.of(new AnyName(mx)));
        socket.setSSLParameters(parameters);
        long start = System.currentTimeMillis();
        socket.startHandshake();
        tls = Optional.of(handshakeOf(socket, start));
        tls.ifPresent(mx::record);
        channel = socket;
        in = new SmtpLines(socket.getInputStream());
        out = socket.getOutputStream();
        greeted = false;
        forgetMail();
        if (mx.faults().contains(AfterHandshake.CLOSE_NOTIFY)) {
            goOnInTheClear(socket);
        }
    }

    /** What somebody on the path can do who lets the handshake pass and cuts off the rest. */
    private void goOnInTheClear(SSLSocket socket) throws IOException {
        socket.shutdownOutput();
        tls = Optional.empty();
        channel = connection;
        in = new SmtpLines(connection.getInputStream());
        out = connection.getOutputStream();
        answer("EHLO", capabilities());
    }

    /** JSSE does not tell whether it has resumed a session, but a resumed one is older than its handshake. */
    private static MxHandshake handshakeOf(SSLSocket socket, long start) {
        ExtendedSSLSession session = (ExtendedSSLSession) socket.getSession();
        Optional<String> sni =
                session.getRequestedServerNames().stream().map(SmtpMx::text).findFirst();
        return new MxHandshake(session.getProtocol(), sni, session.getCreationTime() < start);
    }

    private void mail(String arguments) throws IOException {
        Optional<String> path = path("FROM:", arguments);
        if (!greeted || from != null) {
            answer("MAIL", "503 not now");
        } else if (path.isEmpty()) {
            answer("MAIL", "501 MAIL FROM:<path>");
        } else if (answer("MAIL", "250 sender ok") == 250) {
            from = path.get();
        }
    }

    private void rcpt(String arguments) throws IOException {
        Optional<String> path = path("TO:", arguments);
        if (from == null) {
            answer("RCPT", "503 MAIL first");
        } else if (path.isEmpty() || path.get().isEmpty()) {
            answer("RCPT", "501 RCPT TO:<path>");
        } else if (answer("RCPT", "250 recipient ok") == 250) {
            recipients.add(path.get());
        }
    }

    /** What is between the angle brackets; ESMTP parameters behind them are taken and ignored. */
    private static Optional<String> path(String keyword, String arguments) {
        if (!arguments.regionMatches(true, 0, keyword, 0, keyword.length())) {
            return Optional.empty();
        }
        String path = arguments.substring(keyword.length()).trim();
        int end = path.indexOf('>');
        return path.startsWith("<") && end > 0 ? Optional.of(path.substring(1, end)) : Optional.empty();
    }

    private boolean data() throws IOException {
        if (from == null || recipients.isEmpty()) {
            answer("DATA", "503 MAIL and RCPT first");
            return true;
        }
        if (answer("DATA", "354 end with a dot") != 354) {
            return true;
        }
        String text = message();
        if (hangsUpAt(MxFault.END_OF_DATA)) {
            return false;
        }
        ReceivedMail mail = new ReceivedMail(from, recipients, text, tls);
        // Kept before it is acknowledged: the client that has its 250 may rely on it.
        if (replyTo(MxFault.END_OF_DATA, "250 taken").startsWith("250")) {
            mx.record(mail);
        }
        answer(MxFault.END_OF_DATA, "250 taken");
        forgetMail();
        return true;
    }

    private String message() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (String line = in.read(MAX_TEXT_LINE); !line.equals("."); line = in.read(MAX_TEXT_LINE)) {
            String unstuffed = line.startsWith(".") ? line.substring(1) : line;
            text.writeBytes((unstuffed + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            if (text.size() > MAX_MESSAGE) {
                throw new SmtpProtocolException("a message of more than " + MAX_MESSAGE + " octets");
            }
        }
        return text.toString(StandardCharsets.ISO_8859_1);
    }

    private void forgetMail() {
        from = null;
        recipients.clear();
    }

    /** Answers, as told or as normal, and returns the code the answer begins with. */
    private int answer(String command, String normal) throws IOException {
        String reply = replyTo(command, normal);
        String lineEnd = mx.faults().contains(Always.BARE_LINE_FEEDS) ? "\n" : "\r\n";
        // One write, so that what belongs to one segment arrives in one.
        out.write((reply.replace("\r\n", lineEnd) + lineEnd).getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        for (AddsTo more : faults(AddsTo.class).toList()) {
            if (more.command().equals(command)) {
                out.write((more.text() + lineEnd).getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
            }
        }
        return Integer.parseInt(reply.substring(0, 3));
    }

    private String replyTo(String command, String normal) {
        return faults(Answers.class)
                .filter(fault -> fault.command().equals(command))
                .map(Answers::reply)
                .findFirst()
                .orElse(normal);
    }

    private <T extends MxFault> Stream<T> faults(Class<T> kind) {
        Stream<MxFault> overTls = tls.isEmpty()
                ? Stream.empty()
                : mx.faults().stream()
                        .filter(OverTls.class::isInstance)
                        .map(OverTls.class::cast)
                        .map(OverTls::fault);
        return Stream.concat(overTls, mx.faults().stream())
                .filter(kind::isInstance)
                .map(kind::cast);
    }

    /** Closing on unread octets would reset the connection, and take from the client what was said last. */
    private void sayGoodbye() throws IOException {
        channel.shutdownOutput();
        ignoreRest();
    }

    private void ignoreRest() throws IOException {
        InputStream rest = connection.getInputStream();
        byte[] buffer = new byte[4096];
        int ignored = 0;
        for (int n = rest.read(buffer); n >= 0 && ignored < MAX_IGNORED; n = rest.read(buffer)) {
            ignored += n;
        }
    }

    /** Takes note of any server name, and is content with it. */
    private static final class AnyName extends SNIMatcher {

        private final SmtpMx mx;

        AnyName(SmtpMx mx) {
            super(StandardConstants.SNI_HOST_NAME);
            this.mx = mx;
        }

        @Override
        public boolean matches(SNIServerName name) {
            mx.record(name);
            return true;
        }
    }
}
