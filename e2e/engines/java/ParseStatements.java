import io.trino.sql.parser.SqlParser;
import java.nio.charset.StandardCharsets;

/** Parses what it reads, statements that are parted by NUL, and writes one line for each: its kind, or what is wrong. */
public final class ParseStatements {
    public static void main(String[] args) throws Exception {
        String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        SqlParser parser = new SqlParser();
        for (String statement : text.split("\0")) {
            try {
                System.out.println("ok " + parser.createStatement(statement).getClass().getSimpleName());
            } catch (RuntimeException error) {
                System.out.println("wrong " + error.getMessage().replace('\n', ' '));
            }
        }
    }
}
