using System.Diagnostics;
using System.Net;
using DevServers;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_the_broker_refuses_the_login
{
    // Two lanes, the dead queue's, and the one that asks for the depth of the queue.
    private const int Connections = 4;

    [Fact]
    public async Task The_worker_stays_up_says_so_once_asks_seldom_and_goes_on_once_it_is_let_in()
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await using var network = pipeline.ProxyToBroker();
        await using var worker = WorkerProcess.Run(pipeline, $"ConnectionStrings:RabbitMq=amqp://keeper:secret@127.0.0.1:{network.Port}/");
        await HasTriedAsync(network, 1);
        var clock = Stopwatch.StartNew();
        await HasTriedAsync(network, 2);

        // Five seconds, but for the moment that the first attempts were ahead of the clock.
        Assert.InRange(clock.Elapsed.TotalSeconds, 4, 60);
        Assert.Equal(2, LogLines.Count(worker, LogLines.Lost));
        Assert.Equal(3, LogLines.Count(worker, "ACCESS_REFUSED"));
        var (status, body) = await worker.ProbeAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("ACCESS_REFUSED", body);
        Assert.Equal(HttpStatusCode.OK, (await worker.ProbeAsync("/health/live")).Status);

        await ((RabbitProcess)pipeline.Servers.Rabbit).EvaluateAsync(
            """
            ok = rabbit_auth_backend_internal:add_user(<<"keeper">>, <<"secret">>, <<"test">>),
            rabbit_auth_backend_internal:set_permissions(<<"keeper">>, <<"/">>, <<".*">>, <<".*">>, <<".*">>, <<"test">>).
            """, CancellationToken.None);
        await worker.ReadyAsync();
        await Backlog.PublishAsync(pipeline, 1);
        await Drain.IsCompleteAsync(pipeline, 1, worker);
    }

    private static Task HasTriedAsync(FaultProxy network, int times) => Eventually.TrueAsync($"each has tried {times} times", () =>
        (network.Accepted >= times * Connections, $"{network.Accepted} connections"));
}
