using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Infrastructure.RabbitMq;
using Microsoft.Extensions.Options;
using Worker.Intake;

namespace Worker.Operations.Doctor;

/// <summary><c>worker doctor</c>: whether a worker with these settings could do its work, and what to change if not.</summary>
internal static class DoctorCommand
{
    private const string Description =
        """
        Look at broker, database and this process with the settings and rights of a worker; change nothing, take no message.
        Exit code 0 if orders can be stored (warnings included), 1 if not.
        """;

    public static Command Create()
    {
        var replicas = new Option<int>("--replicas")
        {
            Description = "How many workers there will be, for the connections that they need.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        var grace = new Option<int?>("--grace") { Description = "Seconds between SIGTERM and SIGKILL where it will run.", HelpName = "seconds" };
        var json = new Option<bool>("--json") { Description = "Print one JSON array." };
        var settings = WorkerCommands.SettingsArgument();
        replicas.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError($"--replicas is {result.GetValueOrDefault<int>()}; 1 or more are possible.");
            }
        });
        var command = new Command("doctor", Description) { replicas, grace, json, settings };
        command.SetAction((result, stop) => RunAsync(
            result.GetValue(replicas), result.GetValue(grace), result.GetValue(json), result.GetValue(settings)!, stop));
        return command;
    }

    private static Task<int> RunAsync(int replicas, int? grace, bool asJson, string[] settings, CancellationToken stop) => ExitCodes.GuardAsync(async () =>
    {
        await using var app = WorkerHost.Create(settings, new IntakeSwitches(Migrate: false));
        var services = app.Services;
        var connector = services.GetRequiredService<RabbitMqConnector>();
        var options = services.GetRequiredService<IOptions<IntakeOptions>>().Value;
        var broker = new BrokerExamination(connector, Judgement.BrokerConnections(options.Lanes, replicas), services.GetRequiredService<TimeProvider>()).LookAsync(stop);
        var database = ActivatorUtilities.CreateInstance<DatabaseExamination>(services).LookAsync(stop);
        IReadOnlyList<Diagnosis> all =
        [
            .. Judgement.Of(await broker, connector.Names, options.Lanes, replicas),
            .. Judgement.Of(await database, options.Lanes, replicas),
            Judgement.OfGrace(options.ShutdownSeconds, grace),
        ];
        Console.WriteLine(asJson ? ForPrograms(all) : ForPeople(all));
        return all.Any(one => one.Grade == Grade.Fail) ? ExitCodes.Failed : ExitCodes.Done;
    });

    private static string ForPeople(IReadOnlyList<Diagnosis> all)
    {
        var width = all.Max(one => one.Subject.Length);
        var text = new StringBuilder();
        foreach (var one in all)
        {
            text.Append(CultureInfo.InvariantCulture, $"{NameOf(one.Grade),-4}  {one.Subject.PadRight(width)}  {one.Seen}\n");
            if (one.Advice is { } advice)
            {
                text.Append(CultureInfo.InvariantCulture, $"{"",-4}  {"".PadRight(width)}  -> {advice}\n");
            }
        }

        return text.ToString().TrimEnd('\n');
    }

    private static string ForPrograms(IReadOnlyList<Diagnosis> all) => JsonSerializer.Serialize(
        all.Select(one => new DoctorAnswer(one.Subject, NameOf(one.Grade), one.Seen, one.Advice)).ToArray(), StatusJson.Default.DoctorAnswerArray);

    private static string NameOf(Grade grade) => grade.ToString().ToLowerInvariant();
}

/// <summary>One element of the answer to <c>--json</c>.</summary>
internal sealed record DoctorAnswer(string Subject, string Grade, string Seen, string? Advice);
