{{ elementary.nodes_of('model') }}
