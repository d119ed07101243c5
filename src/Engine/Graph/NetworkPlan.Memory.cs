namespace JaccardKernels.Engine;

/// <content>Lifetimes of tensors in steps of the schedule, and their places in the arena.</content>
public sealed partial class NetworkPlan
{
    private static int ForwardStep(int node) => node + 1;

    private int LossStep => _layers + 1;

    private int BackwardStep(int node) => LossStep + _layers - node;

    // Requests memory for activations and saved tensors; the action returned hands out the slices once the arena exists.
    private Action PlanActivations(MemoryPlanner planner)
    {
        Action place = () => { };
        for (int node = 0; node < _layers; node++) place += PlanSaved(planner, node);
        for (int owner = -1; owner < _layers; owner++)
        {
            if (_sharing.Owner(owner) != owner) continue;
            int[] tenants = [.. Enumerable.Range(-1, _layers + 1).Where(node => _sharing.Owner(node) == owner)];
            int request = Request(planner, (long)ActivationLength(owner) * sizeof(float), tenants.Min(ForwardStep), tenants.Max(LastReading));
            foreach (int node in tenants)
            {
                long offset = (long)_sharing.Offset(node) * sizeof(float);
                place += () => _activations[node + 1] = _arena.Slice<float>(planner.Offset(request) + offset, SliceLength(node));
            }
        }
        return place;
    }

    private int ActivationLength(int node) => checked(Batch * (node < 0 ? Network.Input : Network.Layers[node].Output).Length);

    // Where channels lie together, a part of them reaches from the first pixel to the last.
    private int SliceLength(int node)
    {
        int length = ActivationLength(node), channels = node < 0 ? Network.Input.Channels : Network.Layers[node].Output.Channels;
        return ChannelsLast is null ? length : checked((length / channels - 1) * _sharing.OwnerChannels(node)) + channels;
    }

    // The last step in which an activation is needed.
    private int LastReading(int node)
    {
        int end = node == _layers - 1 ? LossStep : ForwardStep(node);
        for (int reader = node + 1; reader < _layers; reader++)
        {
            if (!Network.Layers[reader].Inputs.Contains(node)) continue;
            bool inBackward = _needsGradient[reader] && Network.Layers[reader].BackwardReadsInput;
            end = Math.Max(end, inBackward ? BackwardStep(reader) : ForwardStep(reader));
        }
        return node >= 0 && _needsGradient[node] && Network.Layers[node].BackwardReadsOutput ? BackwardStep(node) : end;
    }

    private Action PlanSaved(MemoryPlanner planner, int node)
    {
        IReadOnlyList<SavedSpec> specs = _sharing.Runs(node) ? Network.Layers[node].Saved(Batch) : [];
        // Outside training a layer still needs the room, but for its own step only.
        int end = _needsGradient[node] ? BackwardStep(node) : ForwardStep(node);
        int[] requests = [.. specs.Select(spec => Request(planner, (long)spec.Length * spec.Bytes, ForwardStep(node), end))];
        return () => _saved[node] = [.. specs.Select((spec, i) => (planner.Offset(requests[i]), spec))];
    }

    private Action PlanGradients(MemoryPlanner planner)
    {
        Action place = () => { };
        var written = new HashSet<int> { _layers - 1 };
        for (int node = 0; node < _layers; node++) _edges[node] = new DeviceSpan<float>[Network.Layers[node].Inputs.Count];
        place += PlanGradient(planner, _layers - 1, LossStep);
        for (int node = _layers - 1; node >= 0; node--)
        {
            if (!_needsGradient[node]) continue;
            Layer layer = Network.Layers[node];
            for (int i = 0; i < layer.Inputs.Count; i++)
            {
                (int source, int reader, int input) = (layer.Inputs[i], node, i);
                if (!HasGradient(source)) continue;
                if (written.Add(source))
                {
                    if (_sharing.IsOverwrittenBy(source, node)) place += () => _gradients[source] = _gradients[reader];
                    else place += PlanGradient(planner, source, BackwardStep(node));
                    place += () => _edges[reader][input] = _gradients[source];
                }
                else
                {
                    int length = checked(Batch * Network.Layers[source].Output.Length);
                    int request = Request(planner, (long)length * sizeof(float), BackwardStep(node), BackwardStep(node));
                    place += () => _edges[reader][input] = _arena.Slice<float>(planner.Offset(request), length);
                }
            }
        }
        return place;
    }

    private Action PlanGradient(MemoryPlanner planner, int node, int start)
    {
        int length = checked(Batch * Network.Layers[node].Output.Length);
        int end = HasGradient(_sharing.Overwritten(node)) ? BackwardStep(_sharing.Overwritten(node)) : BackwardStep(node);
        int request = Request(planner, (long)length * sizeof(float), start, end);
        return () => _gradients[node] = _arena.Slice<float>(planner.Offset(request), length);
    }

    private int Request(MemoryPlanner planner, long bytes, int start, int end)
    {
        UnsharedBytes += bytes;
        return planner.Request(bytes, start, end);
    }
}
