using System.CommandLine;
using Infrastructure.RabbitMq;
using Infrastructure.RabbitMq.Publishing;
using Producer.CommandLine;

namespace Producer.Bulk;

/// <summary>The options that every command which publishes in bulk has.</summary>
internal sealed class BulkOptions
{
    private readonly Option<string?> _pipeline = CommonOptions.Pipeline();
    private readonly Option<bool> _json = CommonOptions.Json();

    private readonly Option<bool> _envelope = new("--envelope")
    {
        Description = "Publish MassTransit's envelope instead of plain JSON",
    };

    private readonly Option<int> _window = new Option<int>("--window")
    {
        Description = $"Most orders that may be unconfirmed at once, 1 to {ConfirmedPublisherOptions.MaxWindow}",
        HelpName = "orders",
        DefaultValueFactory = _ => ConfirmedPublisherOptions.DefaultWindow,
    }.Within(1, ConfirmedPublisherOptions.MaxWindow);

    private readonly Option<TimeSpan?> _confirmTimeout = Duration.Option("--confirm-timeout",
        "How long the broker may confirm nothing before everything unconfirmed is published again on a new connection",
        ConfirmedPublisherOptions.DefaultConfirmTimeout);

    private readonly Option<TimeSpan?> _giveUpAfter = Duration.Option("--give-up-after",
        "How long nothing may be confirmed, the broker absent or blocked included, before the rest is reported as unconfirmed",
        ConfirmedPublisherOptions.DefaultGiveUpAfter);

    private readonly Option<string?> _ledger = new("--ledger")
    {
        Description = "Write the id of every message to this file; worker reconcile checks with it that all have arrived",
        HelpName = "FILE",
    };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _pipeline, _envelope, _window, _confirmTimeout, _giveUpAfter, _ledger, _json })
        {
            command.Add(option);
        }
    }

    /// <summary>What was given.</summary>
    public BulkSettings Read(ParseResult parsed) => new(
        parsed.GetValue(_pipeline),
        parsed.GetValue(_envelope),
        parsed.GetValue(_json),
        parsed.GetValue(_ledger),
        new ConfirmedPublisherOptions
        {
            Window = parsed.GetValue(_window),
            ConfirmTimeout = parsed.GetValue(_confirmTimeout) ?? ConfirmedPublisherOptions.DefaultConfirmTimeout,
            GiveUpAfter = parsed.GetValue(_giveUpAfter) ?? ConfirmedPublisherOptions.DefaultGiveUpAfter,
            ContentType = parsed.GetValue(_envelope) ? MessageHeaders.Envelope : MessageHeaders.PlainJson,
        });
}
