// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.relay;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The queue on disk: a message in {@code id.eml}, its envelope in {@code id.envelope}. A message is in the queue if and only
 * if it has an envelope, which appears and changes by an atomic rename, so a crash at any moment loses nothing that was accepted. At
 * worst a message is sent twice, as SMTP allows for (RFC 5321 §4.5.5). An envelope that cannot be read is renamed to
 * {@code id.damaged}, for a person to look at, and the others go on.
 */
final class Spool {

    private final Path directory;

    Spool(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    /** Takes a message. Once this returns, the relay is responsible for it. */
    Letter accept(String from, String recipient, byte[] message, Instant now) throws IOException {
        Letter letter = new Letter(UUID.randomUUID().toString(), from, recipient, now, 0, now);
        write(messageOf(letter), message);
        save(letter);
        return letter;
    }

    /** What is to be tried by now, the oldest first. */
    List<Letter> due(Instant now) throws IOException {
        return all().stream()
                .filter(letter -> !letter.due().isAfter(now))
                .sorted(Comparator.comparing(Letter::due))
                .toList();
    }

    /** Everything in the queue. */
    List<Letter> all() throws IOException {
        List<Letter> letters = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".envelope")).toList()) {
                Optional<Letter> letter = read(file);
                letter.ifPresent(letters::add);
                if (letter.isEmpty()) {
                    setAside(file);
                }
            }
        }
        return letters;
    }

    InputStream open(Letter letter) throws IOException {
        return Files.newInputStream(messageOf(letter));
    }

    /** Writes the envelope anew. */
    void save(Letter letter) throws IOException {
        Properties envelope = new Properties();
        envelope.setProperty("from", letter.from());
        envelope.setProperty("recipient", letter.recipient());
        envelope.setProperty("accepted", letter.accepted().toString());
        envelope.setProperty("attempts", String.valueOf(letter.attempts()));
        envelope.setProperty("due", letter.due().toString());
        StringWriter text = new StringWriter();
        envelope.store(text, null);
        write(envelopeOf(letter.id()), text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The message is done with: delivered, or bounced. */
    void remove(Letter letter) throws IOException {
        Files.deleteIfExists(envelopeOf(letter.id())); // First: without it a message is none.
        Files.deleteIfExists(messageOf(letter));
    }

    /** The envelope in a file, or empty if there is none in it. */
    private static Optional<Letter> read(Path file) throws IOException {
        try (Reader text = Files.newBufferedReader(file)) {
            Properties envelope = new Properties();
            envelope.load(text);
            return Optional.of(new Letter(
                    idOf(file),
                    field(envelope, "from"),
                    field(envelope, "recipient"),
                    Instant.parse(field(envelope, "accepted")),
                    Integer.parseInt(field(envelope, "attempts")),
                    Instant.parse(field(envelope, "due"))));
        } catch (CharacterCodingException | IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static String field(Properties envelope, String name) {
        String value = envelope.getProperty(name);
        if (value == null) {
            throw new IllegalArgumentException("an envelope without " + name);
        }
        return value;
    }

    private void setAside(Path envelope) throws IOException {
        Files.move(envelope, directory.resolve(idOf(envelope) + ".damaged"), StandardCopyOption.REPLACE_EXISTING);
    }

    private static String idOf(Path envelope) {
        String name = String.valueOf(envelope.getFileName());
        return name.substring(0, name.length() - ".envelope".length());
    }

    /** Whole or not at all, and on the disk before it has its name. */
    private void write(Path target, byte[] content) throws IOException {
        Path half = directory.resolve(target.getFileName() + ".tmp");
        try (FileChannel file = FileChannel.open(
                half, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                file.write(rest);
            }
            file.force(true);
        }
        Files.move(half, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path messageOf(Letter letter) {
        return directory.resolve(letter.id() + ".eml");
    }

    private Path envelopeOf(String id) {
        return directory.resolve(id + ".envelope");
    }
}
