{{ elementary.nodes_of('snapshot') }}
