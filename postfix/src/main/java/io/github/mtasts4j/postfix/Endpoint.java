// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the server listens. The file of a Unix domain socket comes and goes with it. */
final class Endpoint implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PostfixServer.class);

    /** All of Postfix's processes may come at a time; the usual 50 would have some of them wait for a second. */
    private static final int BACKLOG = 512;

    private final ServerSocketChannel channel;
    private final Optional<Path> file;
    private final Optional<Object> fileKey;

    private Endpoint(ServerSocketChannel channel, Optional<Path> file, Optional<Object> fileKey) {
        this.channel = channel;
        this.file = file;
        this.fileKey = fileKey;
    }

    static Endpoint open(SocketAddress address, Set<PosixFilePermission> permissions) throws IOException {
        return address instanceof UnixDomainSocketAddress unix
                ? unix(unix, permissions)
                : tcp((InetSocketAddress) address);
    }

    private static Endpoint tcp(InetSocketAddress address) throws IOException {
        if (!address.getAddress().isLoopbackAddress()) {
            log.warn("{} is not loopback: whoever can reach it can ask, and nobody has to prove who he is", address);
        }
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            return new Endpoint(channel.bind(address, BACKLOG), Optional.empty(), Optional.empty());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static Endpoint unix(UnixDomainSocketAddress address, Set<PosixFilePermission> permissions)
            throws IOException {
        Path path = address.getPath();
        removeStale(address);
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(address, BACKLOG);
            Files.setPosixFilePermissions(path, permissions);
            return new Endpoint(channel, Optional.of(path), Optional.of(keyOf(path)));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** A crash leaves the file. Whether somebody listens behind it shows when one connects. */
    private static void removeStale(UnixDomainSocketAddress address) throws IOException {
        Path path = address.getPath();
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!attributes(path).isOther()) {
            throw new FileAlreadyExistsException(path.toString(), null, "is there, and is no socket");
        }
        try (SocketChannel live = SocketChannel.open(address)) {
            throw new BindException("somebody listens at " + live.getRemoteAddress());
        } catch (ConnectException nobody) {
            log.info("{} was left behind by a server that has crashed; replaced", path);
            Files.delete(path);
        }
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static Object keyOf(Path path) throws IOException {
        return Optional.ofNullable(attributes(path).fileKey()).orElse(path);
    }

    SocketAddress address() throws IOException {
        return Optional.ofNullable(channel.getLocalAddress()).orElseThrow(() -> new IOException("not bound"));
    }

    /** Waits for the next connection. */
    SocketChannel accept() throws IOException {
        SocketChannel accepted = channel.accept();
        if (file.isEmpty()) {
            accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        return accepted;
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    /** Removes the file, unless it is another server's by now. */
    @Override
    public void close() {
        try {
            channel.close();
            if (file.isPresent()
                    && Files.exists(file.get(), LinkOption.NOFOLLOW_LINKS)
                    && fileKey.equals(Optional.of(keyOf(file.get())))) {
                Files.delete(file.get());
            }
        } catch (IOException e) {
            log.warn("{} was not removed", file.map(Path::toString).orElse("the socket"), e);
        }
    }
}
