import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/** Runs one Elasticsearch node from its libraries until standard input ends: Launcher HOME setting=value ... */
public class Launcher {
    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        Settings.Builder settings = Settings.builder().put("path.home", home.toString());
        for (int position = 1; position < arguments.length; position++) {
            String[] pair = arguments[position].split("=", 2);
            settings.put(pair[0], pair[1]);
        }
        LogConfigurator.configureWithoutConfig(settings.build());
        Path config = Files.createDirectories(home.resolve("config"));
        PluginsLoader plugins = PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(home.resolve("modules"), false), Set.of(), Map.of(), false);
        new Node(new Environment(settings.build(), config), plugins).start();
        while (System.in.read() >= 0) {}
        Runtime.getRuntime().halt(0);
    }
}
