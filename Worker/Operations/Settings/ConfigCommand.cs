using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Worker.Intake;

namespace Worker.Operations.Settings;

/// <summary><c>worker config show</c>: what this worker would run with, and who said so.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON array instead of a table." };
        var settings = WorkerCommands.SettingsArgument();
        var show = new Command("show", "Print every setting, its value without passwords, and where it comes from; exit code 78 if they are not usable.")
        {
            json, settings,
        };
        show.SetAction((result, _) => ShowAsync(result.GetValue(json), result.GetValue(settings)!));
        return new Command("config", "Look at the settings.") { show };
    }

    private static Task<int> ShowAsync(bool asJson, string[] settings) => ExitCodes.GuardAsync(async () =>
    {
        var effective = EffectiveSetting.Read(WorkerHost.ReadConfiguration(settings));
        Console.WriteLine(asJson ? ForPrograms(effective) : ForPeople(effective));

        // What is wrong with them is said where a start would say it.
        await using var app = WorkerHost.Create(settings, new IntakeSwitches(Migrate: false));
        return ExitCodes.Done;
    });

    private static string ForPeople(IReadOnlyList<EffectiveSetting> effective)
    {
        var (keys, values) = (effective.Max(one => one.Setting.Key.Length), effective.Max(one => one.Value.Length));
        var text = new StringBuilder();
        foreach (var one in effective)
        {
            text.Append(CultureInfo.InvariantCulture, $"{one.Setting.Key.PadRight(keys)}  {one.Value.PadRight(values)}  {one.Source}\n");
        }

        return text.ToString().TrimEnd('\n');
    }

    private static string ForPrograms(IReadOnlyList<EffectiveSetting> effective) => JsonSerializer.Serialize(
        effective.Select(one => new ConfigAnswer(one.Setting.Key, one.Value, one.Source)).ToArray(), StatusJson.Default.ConfigAnswerArray);
}

/// <summary>One element of the answer to <c>--json</c>.</summary>
internal sealed record ConfigAnswer(string Key, string Value, string Source);
