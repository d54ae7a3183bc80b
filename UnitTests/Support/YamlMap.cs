namespace UnitTests.Support;

/// <summary>A map of a YAML file.</summary>
internal sealed class YamlMap(Dictionary<object, object?> entries)
{
    public IEnumerable<string> Keys => entries.Keys.Select(key => $"{key}");

    /// <summary>Whether there is such an entry, even an empty one.</summary>
    public bool Has(string key) => entries.ContainsKey(key);

    /// <summary>A plain value; <see langword="null"/> when it is not there.</summary>
    public string? Text(string key) => entries.GetValueOrDefault(key) as string;

    /// <summary>A map; an empty one when it is not there.</summary>
    public YamlMap Map(string key) => new(entries.GetValueOrDefault(key) as Dictionary<object, object?> ?? []);

    /// <summary>A list of plain values; an empty one when it is not there.</summary>
    public string[] Texts(string key) => [.. List(key).OfType<string>()];

    /// <summary>A list of maps; an empty one when it is not there.</summary>
    public YamlMap[] Maps(string key) => [.. List(key).OfType<Dictionary<object, object?>>().Select(map => new YamlMap(map))];

    private List<object?> List(string key) => entries.GetValueOrDefault(key) as List<object?> ?? [];
}
