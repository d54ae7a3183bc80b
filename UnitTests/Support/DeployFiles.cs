using DevServers;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace UnitTests.Support;

/// <summary>The files that deploy the programs, as the tools that read them do.</summary>
internal static class DeployFiles
{
    public static string Root { get; } = Repository.Root ?? throw new InvalidOperationException("the repository was not found");

    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static bool Exists(string path) => Path.Exists(Path.Combine(Root, path));

    /// <summary>A YAML file as maps, lists and strings, with anchors and merges carried out.</summary>
    public static YamlMap Yaml(string path)
    {
        using var reader = new StringReader(Text(path));
        return new YamlMap(new DeserializerBuilder().Build().Deserialize<Dictionary<object, object?>>(new MergingParser(new Parser(reader))));
    }
}
