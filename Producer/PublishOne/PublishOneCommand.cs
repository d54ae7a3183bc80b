using System.CommandLine;
using System.Diagnostics;
using Contracts;
using Infrastructure.RabbitMq;
using Producer.CommandLine;
using Producer.Reporting;

namespace Producer.PublishOne;

/// <summary><c>publish-one</c>: one order over the MassTransit bus, the way another .NET service would.</summary>
internal static class PublishOneCommand
{
    public static Command Create()
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "One order as JSON, on any number of lines; - is stdin [default: an order is made up]",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var byDefault = TimeSpan.FromSeconds(OrderPublisherOptions.DefaultConfirmSeconds);
        var timeout = Duration.Option("--confirm-timeout", "How long the confirm is waited for, in whole seconds", byDefault);
        var pipeline = CommonOptions.Pipeline();
        var json = CommonOptions.Json();
        var command = new Command("publish-one", "Publish a single order through IOrderPublisher over MassTransit.")
        {
            file, pipeline, timeout, json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            var reporter = Reporter.ForConsole();
            var order = await OneOrder.ReadAsync(parsed.GetValue(file), reporter, stop);
            if (order.Value is null)
            {
                return order.ExitCode;
            }

            var patience = parsed.GetValue(timeout) ?? byDefault;
            return await RunAsync(order.Value, parsed.GetValue(pipeline), patience, parsed.GetValue(json), reporter, stop);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        OrderSubmitted order, string? pipeline, TimeSpan timeout, bool asJson, Reporter reporter, CancellationToken stop)
    {
        using var host = ProducerConfiguration.BuildHost(
            reporter,
            static services => services.AddOrderPublisher(),
            ("RabbitMq:Pipeline", pipeline),
            ("OrderPublisher:ConfirmSeconds", $"{Math.Ceiling(timeout.TotalSeconds)}"));
        if (host is null)
        {
            return ExitCodes.Configuration;
        }

        await host.StartAsync(stop);
        var clock = Stopwatch.StartNew();
        var exitCode = await PublishAsync(host.Services.GetRequiredService<IOrderPublisher>(), order, reporter, stop);
        var confirmed = exitCode == ExitCodes.Ok ? 1 : 0;
        new Summary
        {
            Read = 1,
            Published = 1,
            Confirmed = confirmed,
            Unconfirmed = 1 - confirmed,
            Seconds = Math.Round(clock.Elapsed.TotalSeconds, 3),
            OrdersPerSecond = Math.Round(confirmed / Math.Max(clock.Elapsed.TotalSeconds, 0.001), 1),
        }.Print(reporter, asJson);
        await host.StopAsync(CancellationToken.None);
        return exitCode;
    }

    private static async Task<int> PublishAsync(IOrderPublisher publisher, OrderSubmitted order, Reporter reporter, CancellationToken stop)
    {
        try
        {
            await publisher.PublishAsync(order, stop);
            reporter.Line($"Order {order.OrderId} is confirmed.");
            return ExitCodes.Ok;
        }
        catch (OrderNotConfirmedException unconfirmed)
        {
            reporter.Line(unconfirmed.Message + (unconfirmed.MayBeStored ? " It may be stored." : ""));
            return ExitCodes.NotConfirmed;
        }
        catch (TopologyMismatchException mismatch)
        {
            reporter.Line(mismatch.Message);
            return ExitCodes.Configuration;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            reporter.Line($"Interrupted; order {order.OrderId} may be stored.");
            return ExitCodes.Interrupted;
        }
    }
}
