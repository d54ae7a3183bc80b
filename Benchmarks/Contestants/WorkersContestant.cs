using System.Globalization;
using Benchmarks.Peers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Worker.Intake;
using Worker.Operations;

namespace Benchmarks.Contestants;

/// <summary>The real worker, host and all, behind the protocol that every contestant speaks.</summary>
internal static class WorkersContestant
{
    /// <summary>The word that makes this program a contestant.</summary>
    public const string Command = "contestant";

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(5);

    public static Task<int> RunAsync(string[] args)
    {
        SocketCompletions.RunInline();
        return Contest.RunAsync(args, ConsumeAsync);
    }

    private static async Task<IAsyncDisposable> ConsumeAsync(ContestSettings settings, ConsumeOrder order)
    {
        var app = WorkerHost.Create(
            [
                $"ConnectionStrings:RabbitMq={settings.Broker}",
                $"RabbitMq:CaFile={settings.CaFile}",
                $"ConnectionStrings:Orders={order.ConnectionString}",
                $"RabbitMq:Pipeline={order.Queue}",
                Setting("Intake:Lanes", settings.Number("lanes", IntakeOptions.DefaultLanes)),
                Setting("Intake:MaxBatch", settings.Number("batch", IntakeOptions.DefaultMaxBatch)),
                Setting("Intake:Prefetch", settings.Number("prefetch", 0)),
                Setting("Intake:LingerMilliseconds", settings.Number("linger-ms", IntakeOptions.DefaultLingerMilliseconds)),
                "Urls=http://127.0.0.1:0",
                "Logging:LogLevel:Default=Warning",
            ],
            new IntakeSwitches(Migrate: false));
        await app.StartAsync();
        var intake = app.Services.GetRequiredService<IntakeService>();
        while (!intake.Lanes.All(lane => lane.IsAtWork))
        {
            await Task.Delay(LookInterval);
        }

        return new RunningWorker(app);
    }

    private static string Setting(string name, int value) => string.Create(CultureInfo.InvariantCulture, $"{name}={value}");

    private sealed class RunningWorker(WebApplication app) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }
}
