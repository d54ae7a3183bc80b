using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.KeyPerFile;

namespace Worker.Operations.Settings;

/// <summary>A setting as this worker would run with it.</summary>
/// <param name="Setting">Which.</param>
/// <param name="Value">Its value, passwords taken out.</param>
/// <param name="Source">Who set it: a file, the credentials, the environment, the command line, or nobody (<c>default</c>).</param>
internal sealed record EffectiveSetting(Setting Setting, string Value, string Source)
{
    private const string Nobody = "default";

    /// <summary>Every setting, in the order of the catalogue.</summary>
    public static IReadOnlyList<EffectiveSetting> Read(IConfigurationRoot configuration) => [.. SettingsCatalogue.All.Select(setting => Read(setting, configuration))];

    private static EffectiveSetting Read(Setting setting, IConfigurationRoot configuration)
    {
        // The last provider that knows the key wins.
        foreach (var provider in configuration.Providers.Reverse())
        {
            if (provider.TryGet(setting.Key, out var value) && value is not null)
            {
                return new EffectiveSetting(setting, setting.Shown(value), value.Length == 0 && setting.IsSecret ? Nobody : NameOf(provider));
            }
        }

        return new EffectiveSetting(setting, setting.Default, Nobody);
    }

    private static string NameOf(IConfigurationProvider provider) => provider switch
    {
        CommandLineConfigurationProvider => "command line",
        EnvironmentVariablesConfigurationProvider => "environment",
        KeyPerFileConfigurationProvider => "credentials",
        FileConfigurationProvider file => Path.GetFileName(file.Source.Path) ?? "file",
        _ => provider.GetType().Name.Replace("ConfigurationProvider", "", StringComparison.Ordinal),
    };
}
