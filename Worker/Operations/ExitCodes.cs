using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Worker.Operations;

/// <summary>How the process says what became of it. The numbers are those of BSD's sysexits.h.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 64;
    public const int Unavailable = 69;
    public const int NotYet = 75;
    public const int Configuration = 78;

    /// <summary>Runs a command and turns what it throws into words on stderr and an exit code.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (Exception failure) when (ConfigurationErrors(failure) is { Count: > 0 } errors)
        {
            await Console.Error.WriteLineAsync("The settings are not usable:");
            foreach (var error in errors)
            {
                await Console.Error.WriteLineAsync($"  - {error}");
            }

            return Configuration;
        }
        catch (OperationCanceledException)
        {
            return Failed;
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"worker: {failure.Message} Give this replica an address of its own with the setting Urls.");
            return Failed;
        }
        catch (Exception failure)
        {
            await Console.Error.WriteLineAsync($"worker: {failure.Message}");
            return Failed;
        }
    }

    /// <summary>All that is wrong with the settings, at once; empty when something else is wrong.</summary>
    private static List<string> ConfigurationErrors(Exception failure) => failure switch
    {
        OptionsValidationException invalid => [.. invalid.Failures],
        AggregateException many => [.. many.InnerExceptions.SelectMany(ConfigurationErrors)],

        // What the binder throws for text where a number belongs. Its message names key and value.
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } unreadable => [BinderError(unreadable.Message)],
        _ => [],
    };

    // Of a setting that does not exist the binder speaks as of a property; the end of its sentence is what helps.
    private static string BinderError(string message)
    {
        const string unknown = "not found on the instance of ";
        var at = message.IndexOf(unknown, StringComparison.Ordinal);
        return at < 0 ? message : $"There is no such setting in {message[(at + unknown.Length)..]}.";
    }
}
