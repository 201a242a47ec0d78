// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.cache;

import io.github.mtasts4j.cli.Refusal;
import io.github.mtasts4j.policy.RemoteText;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a shared store is. There is never a password in it, because a command line is seen by everybody on the machine.
 *
 * @param kind what is there
 * @param text the URL as a driver takes it
 * @param user whom Redis is to take us for
 * @param host the host of Redis
 * @param port its port
 * @param number which of its databases
 */
record StoreUrl(Kind kind, String text, Optional<String> user, String host, int port, int number) {

    private static final int REDIS_PORT = 6379;
    private static final int LONGEST = 256;

    /** As in {@code ?password=} and {@code &sslpassword=}. */
    private static final Pattern PASSWORD = Pattern.compile("[?&][^=&]*password[^=&]*=", Pattern.CASE_INSENSITIVE);

    /** As in {@code redis://user:secret@host}. */
    private static final Pattern SECRET = Pattern.compile("://[^/?]*:[^/?]*@");

    /** What can keep rows. */
    enum Kind {
        POSTGRESQL("PostgreSQL"),
        SQLITE("SQLite"),
        REDIS("Redis");

        private final String product;

        Kind(String product) {
            this.product = product;
        }

        String product() {
            return product;
        }
    }

    static StoreUrl parse(String typed) {
        requireNoPassword(typed);
        if (typed.startsWith("jdbc:postgresql:")) {
            requireNoUser(typed);
            return new StoreUrl(Kind.POSTGRESQL, typed);
        } else if (typed.startsWith("jdbc:sqlite:")) {
            StoreUrl url = new StoreUrl(Kind.SQLITE, typed);
            if (url.file().isEmpty() || url.file().startsWith(":") || url.file().startsWith("file:")) {
                throw new Refusal("a store in SQLite is jdbc:sqlite: and the path of a file");
            }
            return url;
        } else if (typed.startsWith("redis://") || typed.startsWith("rediss://")) {
            return redis(typed);
        }
        throw new Refusal("no such kind of store: " + scheme(typed)
                + "; a store is file:DIRECTORY, jdbc:postgresql://HOST/DATABASE, jdbc:sqlite:FILE or redis://HOST");
    }

    private StoreUrl(Kind kind, String text) {
        this(kind, text, Optional.empty(), "", 0, 0);
    }

    private static void requireNoPassword(String typed) {
        if (PASSWORD.matcher(typed).find() || SECRET.matcher(typed).find()) {
            throw new Refusal(
                    "there is a password in the URL of the store, and everybody on this machine can read it; put it"
                            + " into the environment variable MTA_STS_STORE_PASSWORD, or into ~/.pgpass");
        }
    }

    private static void requireNoUser(String typed) {
        if (withoutQuery(typed).contains("@")) {
            throw new Refusal("the user of PostgreSQL stands at the end of its URL: ?user=NAME");
        }
    }

    private static StoreUrl redis(String typed) {
        try {
            URI uri = new URI(typed);
            String path = Optional.ofNullable(uri.getPath()).orElse("");
            if (uri.getHost() != null && uri.getQuery() == null && path.matches("|/|/[0-9]{1,4}")) {
                return new StoreUrl(
                        Kind.REDIS,
                        typed,
                        Optional.ofNullable(uri.getUserInfo()).map(user -> user.replaceFirst(":$", "")),
                        uri.getHost().replaceAll("[\\[\\]]", ""),
                        uri.getPort() < 0 ? REDIS_PORT : uri.getPort(),
                        path.length() < 2 ? 0 : Integer.parseInt(path.substring(1)));
            }
        } catch (URISyntaxException e) {
            throw notRedis(typed);
        }
        throw notRedis(typed);
    }

    private static Refusal notRedis(String typed) {
        return new Refusal("a store in Redis is redis://HOST, perhaps with USER@, :PORT and /NUMBER; this is "
                + RemoteText.safe(withoutQuery(typed), LONGEST));
    }

    private static String withoutQuery(String typed) {
        int mark = typed.indexOf('?');
        return mark < 0 ? typed : typed.substring(0, mark);
    }

    /** Only what cannot be a secret. */
    private static String scheme(String typed) {
        String shown = typed.toLowerCase(Locale.ROOT).startsWith("jdbc:") ? typed.substring(0, 5) : "";
        String rest = typed.substring(shown.length());
        int colon = rest.indexOf(':');
        return RemoteText.safe(shown + (colon < 0 ? rest : rest.substring(0, colon + 1)));
    }

    boolean isRedisOverTls() {
        return text.startsWith("rediss:");
    }

    /** The path of SQLite's file. */
    String file() {
        return withoutQuery(text).substring("jdbc:sqlite:".length());
    }

    /** For messages. */
    String shown() {
        return RemoteText.safe(withoutQuery(text), LONGEST);
    }
}
