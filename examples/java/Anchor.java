// SPDX-License-Identifier: Apache-2.0
//
// The participation site's side of voteanchor, in Java 17 and nothing else: hands records in, keeps
// receipts, follows what became final, and checks the signature of a webhook (docs/API.md). A real
// site has a JSON library of its own; here two patterns must do.
//
//   java Anchor.java submit   URL TOKEN_FILE RECORD.json RECEIPT.json   one record, and its receipt
//   java Anchor.java bulk     URL TOKEN_FILE RECORDS.ndjson             many; an answer line for each
//   java Anchor.java receipts URL TOKEN_FILE DIRECTORY                  of all that became final since the last time
//   java Anchor.java verify   SECRET_FILE ID TIMESTAMP SIGNATURE BODY_FILE   is this webhook ours?

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public final class Anchor {
    private static final int TRIES = 10;
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    /** What the service refused, and would refuse again: a bug of ours, or the citizen's choice. */
    static final class Refused extends Exception {
        final String code;

        Refused(int status, String body) {
            super(status + " " + body);
            code = member(body, "code");
        }
    }

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String url;
    private final String token;

    Anchor(String url, Path tokenFile) throws IOException {
        this.url = url;
        this.token = Files.readString(tokenFile).strip();
    }

    /** Hands one record in; when this returns, it is on disk there. The answer, as JSON. */
    String submit(String record) throws IOException, InterruptedException, Refused {
        return ask(HttpRequest.newBuilder(URI.create(url + "/v1/records"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(record)));
    }

    /** Hands many records in, one a line; an answer for each line, in NDJSON. */
    String submitAll(Path records) throws IOException, InterruptedException, Refused {
        return ask(HttpRequest.newBuilder(URI.create(url + "/v1/records?receipt=none"))
                .header("Content-Type", "application/x-ndjson")
                .POST(BodyPublishers.ofFile(records)));
    }

    /** The receipt of a record as it is now: keep these very bytes, or give them to the citizen. */
    String receipt(String id) throws IOException, InterruptedException, Refused {
        return ask(HttpRequest.newBuilder(URI.create(url + "/v1/records/" + escaped(id) + "/receipt")));
    }

    /** Records that became final after `cursor` (empty: from the beginning), and the next cursor. */
    String finalSince(String cursor) throws IOException, InterruptedException, Refused {
        String since = cursor.isEmpty() ? "" : "&since=" + escaped(cursor);
        return ask(HttpRequest.newBuilder(URI.create(url + "/v1/records?state=final" + since)));
    }

    /**
     * The same request again where the service says later (429, 503) or nothing at all: a record's id
     * decides whether it is there already, so that repeating is always safe.
     */
    private String ask(HttpRequest.Builder builder) throws IOException, InterruptedException, Refused {
        HttpRequest request = builder
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + token)
                .header("Accept-Language", "ko")
                .build();
        for (int tried = 1;; tried++) {
            long seconds = Math.min(60, 1L << tried);
            try {
                HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
                int status = answer.statusCode();
                if (status / 100 == 2)
                    return answer.body();
                if (status != 429 && status < 500)
                    throw new Refused(status, answer.body());
                if (tried == TRIES)
                    throw new IOException("still " + status + " after " + TRIES + " tries");
                seconds = answer.headers().firstValueAsLong("Retry-After").orElse(seconds);
            } catch (IOException unanswered) {
                if (tried == TRIES)
                    throw unanswered;
            }
            Thread.sleep(Duration.ofSeconds(seconds).toMillis());
        }
    }

    /** Whether a webhook comes from the holder of the secret and is not an old one sent again. */
    static boolean isSigned(String secretFile, String id, String timestamp, String signatures, byte[] body)
            throws GeneralSecurityException {
        Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), Instant.now());
        if (age.abs().compareTo(TOLERANCE) > 0)
            return false;
        for (String secret : secretFile.strip().split("\\s+")) {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            byte[] expected = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes(StandardCharsets.UTF_8);
            for (String signature : signatures.split(" ")) {
                if (MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8)))
                    return true;
            }
        }
        return false;
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** A member whose value is a text without escapes; null if there is none. */
    private static String member(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":\\s*\"([^\"\\\\]*)\"").matcher(json);
        return found.find() ? found.group(1) : null;
    }

    /** Every receipt that became final since the last time; the cursor is kept beside them. */
    private static int fetchReceipts(Anchor anchor, Path directory) throws Exception {
        Path kept = Files.createDirectories(directory).resolve("cursor");
        String cursor = Files.exists(kept) ? Files.readString(kept) : "";
        int fetched = 0;
        String answer;
        do {
            answer = anchor.finalSince(cursor);
            Matcher ids = Pattern.compile("\"id\":\"([^\"\\\\]*)\"").matcher(answer);
            for (; ids.find(); fetched++) {
                String id = ids.group(1);
                Files.writeString(directory.resolve(escaped(id) + ".receipt.json"), anchor.receipt(id));
            }
            cursor = member(answer, "next");
            Files.writeString(kept, cursor); // only now: what was interrupted is fetched again
        } while (answer.contains("\"more\":true"));
        return fetched;
    }

    public static void main(String[] args) throws Exception {
        try {
            System.exit(run(args));
        } catch (Refused refused) {
            System.err.println("refused: " + refused.getMessage());
            System.exit(1);
        }
    }

    private static int run(String[] args) throws Exception {
        switch (args.length > 0 ? args[0] : "") {
            case "submit" -> {
                String answer = new Anchor(args[1], Path.of(args[2])).submit(Files.readString(Path.of(args[3])));
                String receipt = new Anchor(args[1], Path.of(args[2])).receipt(member(answer, "id"));
                Files.writeString(Path.of(args[4]), receipt);
                System.out.println(member(answer, "answer") + " " + member(answer, "leaf"));
            }
            case "bulk" -> System.out.print(new Anchor(args[1], Path.of(args[2])).submitAll(Path.of(args[3])));
            case "receipts" -> System.out.println(fetchReceipts(new Anchor(args[1], Path.of(args[2])), Path.of(args[3])));
            case "verify" -> {
                boolean ours = isSigned(Files.readString(Path.of(args[1])), args[2], args[3], args[4], Files.readAllBytes(Path.of(args[5])));
                System.out.println(ours ? "ours" : "not ours");
                return ours ? 0 : 1;
            }
            default -> {
                System.err.println("usage: java Anchor.java submit|bulk|receipts|verify ...");
                return 2;
            }
        }
        return 0;
    }
}
