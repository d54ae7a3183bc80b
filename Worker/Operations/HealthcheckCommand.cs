using System.CommandLine;

namespace Worker.Operations;

/// <summary>
/// <c>worker healthcheck</c>: asks a running worker, for container images that have neither a shell nor curl.
/// </summary>
internal static class HealthcheckCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var url = new Option<string?>("--url") { Description = "What to ask. Default: /health/ready at the first address of the setting Urls." };
        var settings = WorkerCommands.SettingsArgument();
        var command = new Command("healthcheck", "Ask a running worker whether it is ready; exit code 0 if so, else 69.") { url, settings };
        command.SetAction((result, stop) => AskAsync(result.GetValue(url), result.GetValue(settings)!, stop));
        return command;
    }

    private static async Task<int> AskAsync(string? url, string[] settings, CancellationToken stop)
    {
        var address = url ?? WorkerHost.ManagementAddress(settings) + "/health/ready";
        try
        {
            using var client = new HttpClient { Timeout = Timeout };
            using var answer = await client.GetAsync(address, stop);
            Console.WriteLine(await answer.Content.ReadAsStringAsync(stop));
            return answer.IsSuccessStatusCode ? ExitCodes.Done : ExitCodes.Unavailable;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or UriFormatException)
        {
            await Console.Error.WriteLineAsync($"No answer from {address}: {failure.Message}");
            return ExitCodes.Unavailable;
        }
    }
}
